import type { LedgerEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';

/** What a named command said, whatever streams it wrote to. */
export interface CommandRow {
  readonly hash: string;
}

/** Prefix of ids that the application draws for commands that nobody named. Nobody can repeat such a command, so none is kept. */
export const UNNAMED = 'auto.';

/** Has this command been given before, and with what content? */
export const commandsView: Projection<CommandRow, LedgerEvent> = {
  name: 'commands',
  version: 1,
  keys: ({ meta }) => (meta.commandId.startsWith(UNNAMED) ? [] : [meta.commandId]),
  evolve: (row, { meta }) => row ?? { hash: meta.commandHash },
};
