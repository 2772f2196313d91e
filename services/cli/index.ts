export { forPeople, table } from './format.ts';
export type { Io } from './io.ts';
export { remainingTime } from './progress.ts';
export { runCli } from './run.ts';
