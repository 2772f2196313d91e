import { grouped } from '@ledger/money';
import { Paper, Stack, Text, Title } from '@mantine/core';
import { amountText, Money, percentText } from '../../parts/money.tsx';
import type { Climb, Ladder } from './answers.ts';
import classes from './me.module.css';
import { ratioText } from './ratio.ts';

/** What a component measures that is paid by objectives. */
const SCORES = 'scores';

type Band = NonNullable<Ladder['bands']>[number];

/** From attainment to money in one glance: the bands, where one stands, and what reaching the next one is worth. */
export function LadderCard({ ladder, currency }: { readonly ladder: Climb; readonly currency: string }) {
  const { title, window, next, worth, says, pace, bands } = ladder;
  return (
    <Paper withBorder p="sm" component="section" aria-label={title}>
      <Stack gap={6}>
        <Title order={3} size="h5">
          {title} · {window.id}
        </Title>
        <Reached ladder={ladder} />
        {bands === null || bands.length === 0 ? null : bands.length === 1 ? (
          <Text size="sm">{rateText(bands[0], ladder.unit)} on everything that counts.</Text>
        ) : (
          <LadderBar ladder={ladder} bands={bands} />
        )}
        {next === null ? null : (
          <Text size="sm">
            <Amount amount={next.away} unit={ladder.unit} /> to the next rate
            {bands === null ? '' : `, ${rateText(bands[next.band], currency)}`}.
            {worth === null ? null : (
              <>
                {' '}
                Reaching it is worth <Money amount={worth.earned} currency={currency} fw={600} />
                {worth.deals === 1 ? ', with a deal of ' : `, with ${worth.deals} more deals, together `}
                <Money amount={worth.amount} currency={worth.currency} />.
              </>
            )}
          </Text>
        )}
        {pace === null || pace.elapsed === '1' ? null : (
          <Text size="xs" c="dimmed">
            {ratioText(pace.elapsed)} of the time has passed; a straight line to the target would be at{' '}
            <Amount amount={pace.expected} unit={ladder.unit} />.
          </Text>
        )}
        {says === null ? null : <Text size="sm">{says}</Text>}
      </Stack>
    </Paper>
  );
}

export function Reached({ ladder: { metric, credited, quota, attainment, unit } }: { readonly ladder: Ladder }) {
  // Objectives are scored: there is no amount that would stand before the share of them.
  if (metric === SCORES) {
    return <Text size="sm">{attainment === null ? 'not scored yet' : <strong>{ratioText(attainment)}</strong>}</Text>;
  }
  return (
    <Text size="sm">
      <Amount amount={credited} unit={unit} />
      {quota === null ? null : (
        <>
          {' of '}
          <Amount amount={quota} unit={unit} />
        </>
      )}
      {attainment === null ? null : <strong> · {ratioText(attainment)}</strong>}
    </Text>
  );
}

function Amount({ amount, unit }: { readonly amount: string; readonly unit: string }) {
  return unit === 'number' ? <span>{grouped(amount)}</span> : <Money amount={amount} currency={unit} />;
}

/** Of a bar on a small screen, in percent: what a letter takes below it. */
const LETTER = 2.2;

/**
 * The bands to scale, with what is reached below them. Widths are for the eye: the amounts stand in words beside it. Whoever is far above
 * the last band still sees the bands, and is at the end of them.
 */
function LadderBar({ ladder, bands }: { readonly ladder: Ladder; readonly bands: readonly Band[] }) {
  const reached = Number(ladder.credited);
  const last = Number(bands.at(-1)?.from ?? 0);
  const whole = Math.max(Math.min(reached, last * 2), last * 1.25, Number(ladder.quota ?? 0), 1);
  const widthOf = ({ from, to }: Band) =>
    (((to === null ? whole : Math.min(Number(to), whole)) - Number(from)) / whole) * 100;
  const here = ladder.at === null ? '' : `; you are in the band of ${rateText(bands[ladder.at], ladder.unit)}`;
  const label = `Rates: ${bands.map((band) => `${rateText(band, ladder.unit)} from ${boundText(band, ladder.unit)}`).join(', ')}${here}.`;
  return (
    <div role="img" aria-label={label}>
      <div className={classes.ladder}>
        {bands.map((band) => (
          <div key={band.from} className={classes.band} style={{ width: `${Math.max(0, widthOf(band))}%` }}>
            {rateText(band, ladder.unit)}
          </div>
        ))}
      </div>
      <div className={classes.track}>
        <div className={classes.reached} style={{ width: `${Math.min(100, Math.max(0, (reached / whole) * 100))}%` }} />
      </div>
      <div className={classes.bounds}>
        {boundsOf(ladder, bands, whole).map(({ at, says }) => (
          <span key={says} style={{ insetInlineStart: `${at}%` }}>
            {says}
          </span>
        ))}
      </div>
    </div>
  );
}

interface Bound {
  /** In percent of the bar. */
  readonly at: number;
  readonly says: string;
}

/** Where bands but the first begin; what would stand on top of the one before is left out. */
function boundsOf({ unit }: Ladder, bands: readonly Band[], whole: number): readonly Bound[] {
  const bounds: Bound[] = [];
  for (const band of bands.slice(1)) {
    const bound = { at: Math.min(100, (Number(band.from) / whole) * 100), says: boundText(band, unit) };
    const before = bounds.at(-1);
    const apart = ((bound.says.length + (before?.says.length ?? 0)) / 2) * LETTER;
    if (before === undefined || bound.at - before.at > apart) bounds.push(bound);
  }
  return bounds;
}

function boundText({ from, fromShare }: Band, unit: string): string {
  if (fromShare !== null) return percentText(fromShare);
  return unit === 'number' ? grouped(from) : amountText(from, unit);
}

function lumpText(lump: string, { forEach }: Band): string {
  return forEach === null ? `${lump} once` : `${lump} for each full ${amountText(forEach)}`;
}

function rateText(band: Band | undefined, currency: string): string {
  const pays = band?.pays;
  if (band === undefined || pays === undefined || pays === null)
    return band?.lump == null ? 'nothing' : lumpText(band.lump, band);
  const lump = band.lump === null ? '' : ` + ${lumpText(band.lump, band)}`;
  switch (pays.by) {
    case 'share':
      return `${percentText(pays.rate)}${lump}`;
    case 'unit':
      return `${pays.rate} ${currency === 'number' ? 'each' : `${currency} each`}${lump}`;
    case 'amount':
      return `${pays.rate} for the band${lump}`;
    case 'curve':
      return `${percentText(pays.rate)} to ${percentText(pays.until ?? pays.rate)}${lump}`;
    default:
      return pays.by satisfies never;
  }
}
