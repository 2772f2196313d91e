import { type Component, EARNINGS, type TeamQuotas } from '@ledger/events';
import type { ComponentFile } from './plan-schema.ts';

/** What a component says of a team, as documents carry it: only what is not the default. */
export function teamOf(file: ComponentFile): Pick<Component, 'team' | 'earningsOf'> {
  const team = file.team === undefined ? undefined : termsOf(file.team);
  const earnings = measuresEarnings(file) ? { earningsOf: file['earnings-of'] ?? 'all' } : undefined;
  return { ...(team === undefined || Object.keys(team).length === 0 ? {} : { team }), ...earnings };
}

function measuresEarnings(file: ComponentFile): boolean {
  return file.credits === 'team' && (file.measure === EARNINGS || file['pays-on'] === EARNINGS);
}

function termsOf(file: NonNullable<ComponentFile['team']>): NonNullable<Component['team']> {
  return {
    ...(file.depth === 'all' ? {} : { depth: file.depth }),
    ...(file.pool === 'primary' ? {} : { pool: file.pool }),
    ...(file['hierarchy-on'] === 'closed' ? {} : { hierarchyOn: file['hierarchy-on'] }),
    ...(file.own === 'apart' ? {} : { own: file.own }),
    ...(file.leavers === 'kept' ? {} : { leavers: file.leavers }),
    ...(file.counts === 'once' ? {} : { counts: file.counts }),
    ...(file.quotas === undefined ? {} : { quotas: quotasOf(file.quotas) }),
  };
}

function quotasOf(file: NonNullable<NonNullable<ComponentFile['team']>['quotas']>): TeamQuotas {
  const flows = [...new Set(file['flows-through'])].sort();
  return {
    overAssignment: file['over-assignment'],
    ...(flows.length === 3 ? {} : { flowsThrough: flows }),
    ...(file['without-quota'] === 'stop' ? {} : { withoutQuota: file['without-quota'] }),
  };
}
