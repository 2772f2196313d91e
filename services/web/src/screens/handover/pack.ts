import type { AnswerOf } from '../../api/client.ts';

/** The pack as the command line writes it. */
export type Pack = AnswerOf<'/v1/handover'>;
