import type { AnswerOf } from '../../api/client.ts';

/** The pack as the command line writes it; the API describes its parts by no schema. */
export interface Pack {
  readonly ledger: string;
  readonly asOf: string;
  readonly today: string;
  readonly calendar: {
    readonly cadence: string;
    readonly timeZone: string;
    readonly currency: string;
  };
  readonly closes: readonly {
    readonly period: string;
    readonly from: string;
    readonly to: string;
    readonly state: string;
  }[];
  readonly money: readonly {
    readonly period: string;
    readonly state: string;
    readonly statements: number;
    readonly totals: Readonly<Record<string, string>>;
  }[];
  readonly waiting: readonly {
    readonly name: string;
    readonly says: string;
    readonly requestedBy: string;
    readonly expiresOn: string;
    readonly roles: readonly string[];
  }[];
  readonly queries: readonly {
    readonly query: string;
    readonly participant: string;
    readonly period: string;
    readonly says: string;
    readonly holder: string | null;
  }[];
  readonly coming: readonly { readonly on: string; readonly what: string; readonly says: string }[];
  readonly exceptions: readonly {
    readonly name: string;
    readonly says: string;
    readonly reason: string;
    readonly approvedBy: readonly string[];
    readonly expiresOn: string | null;
    readonly state: string;
  }[];
  readonly unusual: readonly {
    readonly why: string;
    readonly position: string | null;
    readonly recordedOn: string | null;
    readonly by: string | null;
    readonly says: string;
    readonly reason: string | null;
    readonly moved: Readonly<Record<string, string>>;
  }[];
  readonly busFactor: readonly {
    readonly what: string;
    readonly people: readonly { readonly id: string; readonly times: number }[];
    readonly only: string | null;
  }[];
  readonly rehearsal: {
    readonly period: string;
    readonly asOf: string;
    readonly statements: number;
    readonly equal: boolean;
    readonly unequal: readonly {
      readonly participant: string;
      readonly frozen: string;
      readonly recomputed: string | null;
    }[];
    readonly since: {
      readonly totals: Readonly<
        Record<string, { readonly frozen: string; readonly replayed: string; readonly delta: string }>
      >;
      readonly causes: readonly {
        readonly participant: string;
        readonly period: string;
        readonly component: string;
        readonly currency: string;
        readonly delta: string;
        readonly says: string;
      }[];
    };
  } | null;
  readonly definitions: readonly {
    readonly kind: string;
    readonly name: string;
    readonly title: string;
    readonly inForce: number | null;
    readonly versions: readonly { readonly version: number; readonly approvedBy: string; readonly reason: string }[];
  }[];
  readonly people: readonly {
    readonly participant: string;
    readonly plans: readonly string[];
    readonly manager: string | null;
    readonly quotas: readonly { readonly metric: string; readonly year: number; readonly says: string }[];
  }[];
}

export function packOf(answer: AnswerOf<'/v1/handover'>): Pack {
  return answer as unknown as Pack;
}
