export type { Io } from './io.ts';
export { runCli } from './run.ts';
