import type { Paths, Schemas } from '../../api/client.ts';

/** Answers of the API as these screens name them. */
export type Statement = Schemas['Statement'];
export type Line = Statement['lines'][number];
export type Trace = Line['trace'];
export type Standing = Schemas['Standing'];
export type Ladder = Schemas['Ladder'];
export type Climb = Standing['ladders'][number];
export type Query = Schemas['Query'];
export type QueryAnswer = Ok<Paths['/v1/queries/{query}']['get']>;
export type WouldBe = Ok<Paths['/v1/what-would']['post']>;
export type Letters = Schemas['PlanLetters'];

type Ok<Operation> = Operation extends {
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': infer Body } } };
}
  ? Body
  : never;

/** A statement that is another one at the second of two moments (the description leaves it open). */
export interface MovedPeriod {
  readonly period: string;
  readonly before: { readonly state: string; readonly total: string | null };
  readonly after: { readonly state: string; readonly total: string | null };
  readonly difference: string | null;
  readonly events: readonly {
    readonly event: string;
    readonly position: string;
    readonly recordedAt: string;
    readonly says: string;
    readonly type: string;
    readonly actor: { readonly id: string; readonly role: string };
    readonly difference: string | null;
    readonly components: readonly { readonly component: string; readonly difference: string }[];
  }[];
}
