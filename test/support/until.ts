/** Waits for a condition by asking again and again; fails after a time, with what it waited for. */
export async function until(what: string, holds: () => unknown, ms = 40_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
