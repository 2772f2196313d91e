export { type Checkpoint, type Mark, openCheckpoint } from './checkpoint.ts';
export { asProblem, checkSqlite } from './connection.ts';
export { openCopy } from './copy.ts';
export { openDirectory } from './directory.ts';
export { type LogOptions, openLog, type SqliteLog } from './log.ts';
export { openViews } from './views.ts';
