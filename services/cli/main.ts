import { processIo } from './io.ts';
import { runCli } from './run.ts';

// Whoever reads our output may have seen enough, as `| head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCli(process.argv.slice(2), processIo());
