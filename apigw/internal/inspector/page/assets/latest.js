// Calls of the gateway as a person types: after a pause, and of several that are on
// their way the answer of the last one counts. Nothing of it touches the page.

// latest returns a function that calls ask(signal) after a pause, and then done(answer)
// or failed(error), unless it was called again meanwhile.
export function latest(ask, done, failed, pause = 200, timers = globalThis) {
  let number = 0;
  let timer = null;
  let control = null;
  return () => {
    const own = ++number;
    timers.clearTimeout(timer);
    control?.abort();
    timer = timers.setTimeout(async () => {
      control = new AbortController();
      try {
        const answer = await ask(control.signal);
        if (own === number) done(answer);
      } catch (error) {
        if (own === number) failed(error);
      }
    }, pause);
  };
}
