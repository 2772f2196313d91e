import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// A command is over sooner than its code is compiled, and so is what the processes do that it begins. Kept beside the packages, where
// whoever may write could change the code itself.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/compiled');
enableCompileCache();
const [{ processIo }, { runCli }, { unwritten }] = await Promise.all([
  import('./io.ts'),
  import('./run.ts'),
  import('./problems.ts'),
]);

const io = processIo();
// Whoever reads our output may have seen enough, as `| head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exitCode = unwritten(io, error);
});

const code = await runCli(process.argv.slice(2), io);
if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
