import { Button, FileInput, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { $api, type AnswerOf, api, type Schemas } from '../../api/client.ts';
import { asItIs, named, useSending } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf } from '../../parts/address.ts';
import { EVIDENCE, linesOf, REASON } from '../../parts/field.tsx';
import { GoTo } from '../../parts/go-to.tsx';
import { Instant } from '../../parts/moment.tsx';
import { Sums } from '../../parts/money.tsx';
import { useSaving } from '../../parts/save.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { Answer, ProblemNote, Recorded } from '../../parts/states.tsx';
import { useMe } from '../../shell/me.tsx';

type Runs = AnswerOf<'/v1/periods/{period}/pay-runs'>;
type Report = Schemas['PaymentsReport'];

/** What happens to a period that is frozen: it is paid, payroll says what became of it, and it may have to be closed again. */
export function AfterFreeze({ period }: { readonly period: string }) {
  const asOf = useAsOf();
  const { role } = useMe();
  const isMine = role === 'finance' && asOf === undefined;
  const runs = $api.useQuery('get', '/v1/periods/{period}/pay-runs', {
    params: { path: { period }, query: { asOf } },
  });
  return (
    <Paper withBorder p="md" component="section" aria-label="After the freeze">
      <Title order={2} size="h4" mb="sm">
        After the freeze
      </Title>
      <Answer of={runs}>
        {(found) => (
          <Stack gap="md">
            <PayRuns found={found} />
            {isMine ? <Release found={found} /> : null}
            {isMine && found.runs.length > 0 ? <Payments /> : null}
            <Reopening period={period} isMine={isMine} />
          </Stack>
        )}
      </Answer>
    </Paper>
  );
}

/** What was released to payroll, with the file as it went there. */
function PayRuns({ found: { period, runs } }: { readonly found: Runs }) {
  if (runs.length === 0) return <Text size="sm">Nothing has been released to payroll yet.</Text>;
  return (
    <Framed label="Pay runs" from={520}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Run</Table.Th>
          <Table.Th>Released</Table.Th>
          <Table.Th ta="end">Payments</Table.Th>
          <Table.Th ta="end">Together</Table.Th>
          <Table.Th>For payroll</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map(({ run, releasedBy, recordedAt, payments, totals }) => (
          <Table.Tr key={run}>
            <Table.Td>{run}</Table.Td>
            <Table.Td>
              {releasedBy}, <Instant at={recordedAt} />
            </Table.Td>
            <Table.Td ta="end">{payments}</Table.Td>
            <Table.Td ta="end">
              <Sums totals={totals} none="nothing" />
            </Table.Td>
            <Table.Td>
              <RunFile period={period} run={run} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Framed>
  );
}

function RunFile({ period, run }: { readonly period: string; readonly run: number }) {
  const { save, note } = useSaving();
  const options = { params: { path: { period, run: String(run) } }, parseAs: 'blob' } as const;
  const fetched = () => api.GET('/v1/periods/{period}/pay-runs/{run}/file', options);
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => void save(fetched, `pay-run-${period}-${run}.csv`)}>
        File of run {run}
      </Button>
      {note}
    </>
  );
}

/** What would go to payroll now. */
function Release({ found: { period, planned } }: { readonly found: Runs }) {
  if (planned === null) return <Text size="sm">Nothing more is payable now.</Text>;
  const { payments, totals, negative } = planned;
  return (
    <Group gap="md">
      <Action
        label="Release to payroll"
        says="What is in the run does not change any more. Payroll gets the file, and says afterwards what it has paid."
        button={{ variant: 'filled', size: 'sm' }}
        fields={[]}
        send={(_, key) =>
          api.POST('/v1/periods/{period}/pay-runs', { params: { path: { period }, header: named(key) } })
        }
      />
      <Text size="sm">
        {payments.length === 1 ? '1 payment' : `${payments.length} payments`}, <Sums totals={totals} none="nothing" />
        {negative.length === 0
          ? ''
          : `; ${negative.map(({ participant }) => participant).join(', ')} would owe, which no payment can take back`}
      </Text>
    </Group>
  );
}

/** What payroll has paid, and what came back: looked at first, then recorded, all rows or none. */
function Payments() {
  const [file, take] = useState<File | null>(null);
  const [report, setReport] = useState<Report>();
  const { send, refused, isSending, forget } = useSending();
  const give = async (dryRun: 'true' | 'false') => {
    if (file === null) return;
    setReport(undefined);
    const found = await send((key) =>
      api.POST('/v1/payments', {
        params: { query: { dryRun }, header: named(key) },
        ...asItIs(file, 'text/csv'),
      }),
    );
    setReport(found);
  };
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <FileInput
          label="What payroll has paid"
          description="The file of a run, with status, date, reference and reason."
          placeholder="Choose a CSV file"
          accept=".csv,text/csv"
          clearable
          miw={240}
          value={file}
          onChange={(next) => {
            take(next);
            setReport(undefined);
            forget();
          }}
        />
        <Button
          size="sm"
          variant="default"
          disabled={file === null}
          loading={isSending}
          onClick={() => void give('true')}
        >
          Look at it
        </Button>
        <Button size="sm" disabled={report?.dryRun !== true} loading={isSending} onClick={() => void give('false')}>
          Record payments
        </Button>
      </Group>
      {refused === undefined ? null : <ProblemNote problem={refused} />}
      {report === undefined ? null : (
        <Recorded dryRun={report.dryRun}>
          <Text size="sm">
            {report.paid} paid: <Sums totals={report.totals.paid} none="nothing" />. {report.returned} came back:{' '}
            <Sums totals={report.totals.returned} none="nothing" />. {report.unchanged} known before.
          </Text>
        </Recorded>
      )}
    </Stack>
  );
}

/** A frozen period is closed again by other statements; what was frozen stays readable. */
function Reopening({ period, isMine }: { readonly period: string; readonly isMine: boolean }) {
  const asOf = useAsOf();
  const requests = $api.useQuery('get', '/v1/requests', { params: { query: { asOf, limit: '500' } } });
  const waiting = requests.data?.requests.find(
    ({ name, kind }) => kind === 'reopen' && name.startsWith(`reopen/${period}`),
  );
  if (waiting !== undefined) {
    return (
      <Text size="sm">
        {waiting.requestedBy} asks that it be reopened:{' '}
        <GoTo to={`/requests/${encodeURIComponent(waiting.name)}`} fw={600}>
          {waiting.name}
        </GoTo>
        , which two others have to approve.
      </Text>
    );
  }
  if (!isMine) return null;
  return (
    <Group gap="md">
      <Action
        label="Ask to reopen it"
        says="Two others of finance have to approve. It is then closed again by other statements; those that were frozen stay readable. What was learned late needs no reopening: it is corrected in the next statement."
        button={{ size: 'sm' }}
        fields={[REASON, { ...EVIDENCE, required: true }]}
        send={({ reason = '', evidence }, key) =>
          api.POST('/v1/periods/{period}/reopening', {
            params: { path: { period }, header: named(key) },
            body: { reason, evidence: linesOf(evidence) },
          })
        }
      />
      <Text size="sm" c="dimmed">
        Only where its statements must not stand; a correction in the next period is the usual way.
      </Text>
    </Group>
  );
}
