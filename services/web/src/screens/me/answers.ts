import type { AnswerOf, AskedOf, Schemas } from '../../api/client.ts';

/** Answers of the API as these screens name them. */
export type Statement = Schemas['Statement'];
export type Line = Statement['lines'][number];
export type Trace = Line['trace'];
export type Standing = Schemas['Standing'];
export type Ladder = Schemas['Ladder'];
export type Climb = Standing['ladders'][number];
export type Query = Schemas['Query'];
export type QueryAnswer = AnswerOf<'/v1/queries/{query}'>;
export type WouldBe = AskedOf<'/v1/what-would'>;
export type Letters = Schemas['PlanLetters'];
export type MovedPeriod = Schemas['MovedPeriod'];
