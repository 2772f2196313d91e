export { checkSqlite } from './connection.ts';
export { type LogOptions, openLog, type SqliteLog } from './log.ts';
