/** How many stories of each family a run tells. `LEDGER_PROVE_CASES` says how many in all, `LEDGER_PROVE_SEED` which. */
const CASES = { base: 3_000, policy: 1_500, team: 1_500, rates: 1_200, time: 1_200, decided: 900 } as const;

export type FamilyName = keyof typeof CASES;

const ASKED_FOR = process.env.LEDGER_PROVE_CASES;
export const isAskedFor = ASKED_FOR !== undefined;
export const SEED = Number(process.env.LEDGER_PROVE_SEED ?? 20_260_105);

export function casesOf(family: FamilyName): number {
  const all = Object.values(CASES).reduce((sum, each) => sum + each, 0);
  return isAskedFor ? Math.ceil((CASES[family] * Number(ASKED_FOR)) / all) : CASES[family];
}
