export * from './letter.ts';
export * from './letters.ts';
