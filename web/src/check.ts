// Checks in the reader's browser that the facts a page shows are in the ledger.

export { verifyCheckpoint } from "./checkpoint";
export { leafHash, Tree } from "./tiles";
