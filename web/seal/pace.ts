// Long work in slices, so that the page can be read, scrolled and left meanwhile.

const slice = 12; // milliseconds

let until = 0;

// breathe lets the page live when this slice is over, and does nothing before.
export async function breathe(): Promise<void> {
  if (performance.now() < until) return;
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel(); // a timer would be slowed down in a page that is not in front
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
  until = performance.now() + slice;
}
