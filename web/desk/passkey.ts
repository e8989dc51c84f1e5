// Passkeys: signing in with one, and opening the officer's key with its PRF.

import type { Bytes } from "../src/bytes";
import { ask, b64, unb64 } from "./ask";
import { passkeySalt } from "./vault";
import { Told } from "./words";

// What the types of the DOM do not have yet.
interface PRF {
  prf?: { enabled?: boolean; results?: { first?: ArrayBuffer } };
}

interface Asked {
  challenge: string;
  timeout?: number;
  rpId?: string;
  rp?: PublicKeyCredentialRpEntity;
  user?: { id: string; name: string; displayName: string };
  pubKeyCredParams?: PublicKeyCredentialParameters[];
  excludeCredentials?: { id: string; type: "public-key" }[];
  authenticatorSelection?: AuthenticatorSelectionCriteria;
}

// A Used passkey tells who it is, and what its PRF gave, if it has one.
export interface Used {
  id: string;
  prf?: Bytes | undefined;
  credential: object; // as the server takes it
}

const prfOf = (c: PublicKeyCredential): Bytes | undefined => {
  const first = (c.getClientExtensionResults() as PRF).prf?.results?.first;
  return first && new Uint8Array(first);
};

const extensions = (office: string) => ({ prf: { eval: { first: passkeySalt(office) } } }) as AuthenticationExtensionsClientInputs;

// use asks the server for a challenge and a passkey to answer it.
export async function use(ceremony: string, office: string): Promise<Used> {
  const { publicKey } = await ask<{ publicKey: Asked }>(ceremony);
  return answer(publicKey.challenge, publicKey.rpId ?? location.hostname, office);
}

async function answer(challenge: string, rpId: string, office: string, only?: Bytes): Promise<Used> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: unb64(challenge),
    rpId,
    userVerification: "required",
    extensions: extensions(office),
    ...(only && { allowCredentials: [{ id: only, type: "public-key" }] }),
  };
  const c = await given(navigator.credentials.get({ publicKey }));
  const r = c.response as AuthenticatorAssertionResponse;
  return {
    id: c.id,
    prf: prfOf(c),
    credential: {
      id: c.id,
      rawId: c.id,
      type: c.type,
      response: {
        clientDataJSON: buffer(r.clientDataJSON),
        authenticatorData: buffer(r.authenticatorData),
        signature: buffer(r.signature),
        userHandle: r.userHandle ? buffer(r.userHandle) : undefined,
      },
      clientExtensionResults: {}, // what the PRF gave is a secret and stays here
    },
  };
}

// unlock asks one of the officer's own passkeys for its PRF alone, to open their key
// again; no server is asked.
export const unlock = (office: string): Promise<Used> =>
  answer(b64(crypto.getRandomValues(new Uint8Array(32))), location.hostname, office);

// make makes a passkey for the officer, and asks for its PRF. what is said to begin.
export async function make(ceremony: string, office: string, what: object = {}): Promise<Used> {
  const { publicKey: p } = await ask<{ publicKey: Asked }>(ceremony, what);
  const publicKey: PublicKeyCredentialCreationOptions = {
    challenge: unb64(p.challenge),
    rp: p.rp!,
    user: { ...p.user!, id: unb64(p.user!.id) },
    pubKeyCredParams: p.pubKeyCredParams!,
    excludeCredentials: (p.excludeCredentials ?? []).map((c) => ({ ...c, id: unb64(c.id) })),
    authenticatorSelection: p.authenticatorSelection!,
    attestation: "none",
    extensions: extensions(office),
  };
  const c = await given(navigator.credentials.create({ publicKey }));
  const r = c.response as AuthenticatorAttestationResponse;
  const able = (c.getClientExtensionResults() as PRF).prf?.enabled;
  let prf = prfOf(c);
  if (able && !prf) { // most tell only when they are used
    prf = (await answer(b64(crypto.getRandomValues(new Uint8Array(32))), p.rp!.id ?? location.hostname, office, new Uint8Array(c.rawId))).prf;
  }
  return {
    id: c.id,
    prf,
    credential: {
      id: c.id,
      rawId: c.id,
      type: c.type,
      response: { clientDataJSON: buffer(r.clientDataJSON), attestationObject: buffer(r.attestationObject) },
      clientExtensionResults: {},
    },
  };
}

const buffer = (b: ArrayBuffer): string => b64(new Uint8Array(b));

async function given(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const c = await asked.catch(() => null);
  if (!c) throw new Told("no-passkey");
  return c as PublicKeyCredential;
}
