import type { Paths } from '../../api/client.ts';

/** What a GET of the API answers. */
export type AnswerOf<Path extends keyof Paths> = Paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer A } } } };
}
  ? A
  : never;
