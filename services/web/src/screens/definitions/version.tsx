import { Badge, Group, Paper, Select, Stack, Table, Text, Title } from '@mantine/core';
import { $api, type Schemas } from '../../api/client.ts';
import { useAddress, useAsOf } from '../../parts/address.ts';
import { Copy } from '../../parts/copy.tsx';
import { dayText } from '../../parts/moment.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Framed } from '../../parts/short-table.tsx';
import { Answer } from '../../parts/states.tsx';
import classes from './definitions.module.css';
import { FieldList, isExpression, placeOf, shortText } from './fields.tsx';
import type { Kind, Version } from './kinds.ts';

type Words = Schemas['DefinitionInWords'];

/** A version as people read it, in what it differs from another one, and as the file that says it. */
export function VersionSaid({
  kind,
  name,
  version,
  versions,
}: {
  readonly kind: Kind;
  readonly name: string;
  readonly version: number;
  /** Those that hold or held; what is only proposed is none of them. */
  readonly versions: readonly Version[];
}) {
  const asOf = useAsOf();
  const [{ against }, change] = useAddress();
  const document = versions.find((each) => each.version === version)?.document;
  const others = versions.filter((each) => each.version !== version).map((each) => String(each.version));
  const other = others.find((each) => each === against);
  const words = $api.useQuery('get', '/v1/definitions/{kind}/{name}/words', {
    params: { path: { kind, name }, query: { asOf, version: String(version), against: other } },
  });
  return (
    <Answer of={words}>
      {(said) => (
        <Stack>
          <Paper withBorder p="md" component="section" aria-label={`Version ${version}`}>
            <Group gap="xs">
              <Title order={2} size="h4">
                Version {version}
              </Title>
              {said.isProposed ? <Badge color="grape.8">not approved</Badge> : null}
            </Group>
            <Text size="sm" c="dimmed" mb="sm">
              {said.isProposed ? 'Would apply' : 'Applies'} from {dayText(said.from ?? '')}
              {said.to === null ? '' : `, up to ${dayText(said.to)}`}.
            </Text>
            {document === null ? (
              <Text size="sm">You may know that it is there, and not what it says.</Text>
            ) : (
              <Sentences of={said.sections} />
            )}
            {document == null ? null : said.sections.length === 0 ? (
              <FieldList of={document} />
            ) : (
              <details className={classes.more}>
                <summary>Every field</summary>
                <FieldList of={document} />
              </details>
            )}
            <AsFile text={said.text} isOpen={said.isProposed && said.sections.length === 0} />
          </Paper>
          {others.length === 0 || document === null ? null : (
            <Paper withBorder p="md" component="section" aria-label="What is different">
              <Group justify="space-between" align="flex-end" mb="sm">
                <Title order={2} size="h4">
                  {said.against === null ? 'What is different' : `What is different from version ${said.against}`}
                </Title>
                <Select
                  aria-label="Compared with"
                  size="xs"
                  w={180}
                  placeholder="Compare with"
                  allowDeselect={false}
                  data={others.map((each) => ({ value: each, label: `Version ${each}` }))}
                  value={said.against === null ? null : String(said.against)}
                  onChange={(value) => change({ against: value ?? undefined })}
                />
              </Group>
              <Differences of={said} />
            </Paper>
          )}
        </Stack>
      )}
    </Answer>
  );
}

function Sentences({ of }: { readonly of: Words['sections'] }) {
  return of.map(({ component, title, clauses }) => (
    <section key={component ?? ''}>
      <Title order={3} size="h5">
        {title}
      </Title>
      <ul className={classes.clauses}>
        {clauses.map(({ field, says }) => (
          <li key={`${field} ${says}`}>
            <Sentence says={says} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

/** The raw text, one click away. */
export function AsFile({ text, isOpen = false }: { readonly text: string | null; readonly isOpen?: boolean }) {
  if (text === null) return null;
  return (
    <details className={classes.more} open={isOpen}>
      <summary>As a definition file</summary>
      <pre className={classes.file}>{text}</pre>
      <Copy text={text} variant="default" mt="xs" />
    </details>
  );
}

function Differences({ of: { version, against, changes, fields } }: { readonly of: Words }) {
  if (against === null) return <Text size="sm">It is the first version: choose one to compare it with.</Text>;
  if (fields.length === 0) return <Text size="sm">Both say the same.</Text>;
  return (
    <Stack gap="sm">
      {changes.map(({ component, title, before, after }) => (
        <div key={`${component} ${before.join()} ${after.join()}`} className={classes.change}>
          <Text size="xs" c="dimmed">
            {title}
          </Text>
          {before.map((says) => (
            <del key={says}>
              <Sentence says={says} />
            </del>
          ))}
          {after.map((says) => (
            <ins key={says}>
              <Sentence says={says} />
            </ins>
          ))}
        </div>
      ))}
      <Framed label="Fields that differ" from={280} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Version {against}</Table.Th>
            <Table.Th>Version {version}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Td>{placeOf(field)}</Table.Td>
              <Table.Td className={isExpression(before) ? classes.code : undefined}>{shortText(before)}</Table.Td>
              <Table.Td fw={600} className={isExpression(after) ? classes.code : undefined}>
                {shortText(after)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Framed>
    </Stack>
  );
}
