import { Combobox, Modal, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { $api } from '../api/client.ts';
import { useAsOf, useGo } from '../parts/address.ts';
import { problemOf } from '../parts/states.tsx';
import { inNavigation, type Screen } from '../screens/screen.ts';
import { type Address, addressOf, NAMED } from './addresses.ts';
import { useMe } from './me.tsx';
import { useScreens } from './screens.tsx';

interface Choice {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly detail: string | null;
  readonly address: Address;
}

/** Whoever types fast is asked once. */
const PAUSE_MS = 120;

/** Screens by their titles, and whatever the ledger finds: chosen with the arrow keys and Enter. */
export function Palette({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const [text, type] = useState('');
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title="Search, or go to a screen"
      closeButtonProps={{ 'aria-label': 'Close' }}
      size="lg"
      yOffset="8vh"
      transitionProps={{ duration: 0 }}
      onExitTransitionEnd={() => type('')}
    >
      <Choices text={text} type={type} close={close} />
    </Modal>
  );
}

function Choices({
  text,
  type,
  close,
}: {
  readonly text: string;
  readonly type: (text: string) => void;
  readonly close: () => void;
}) {
  const { role } = useMe();
  const screens = useScreens();
  const asOf = useAsOf();
  const go = useGo();
  // Its list is there as long as the dialog is: Escape, which is to close the one, closes the other.
  const combobox = useCombobox({ opened: true, onDropdownClose: close });
  const [asked] = useDebouncedValue(text.trim(), PAUSE_MS);
  const found = $api.useQuery(
    'get',
    '/v1/search',
    { params: { query: { text: asked, asOf } } },
    { enabled: asked !== '', placeholderData: (old) => old },
  );
  const hits = asked === '' || text.trim() === '' ? [] : (found.data?.hits ?? []);
  const choices: readonly Choice[] = [
    ...screensFor(screens, role, text),
    ...hits.flatMap((hit) => {
      const address = addressOf(hit, role, screens);
      if (address === undefined) return [];
      const name = hit.title === null || hit.title === hit.id ? hit.id : `${hit.title} (${hit.id})`;
      return [{ key: `${hit.kind} ${hit.id}`, kind: NAMED[hit.kind], name, detail: hit.detail, address }];
    }),
  ];
  const keys = choices.map(({ key }) => key).join('\n');
  // The first one is what Enter chooses, whatever the list was before.
  useEffect(() => {
    combobox.selectFirstOption();
  }, [keys]);
  const choose = (key: string) => {
    const choice = choices.find((each) => each.key === key);
    if (choice === undefined) return;
    close();
    go(choice.address.to, choice.address.search);
  };
  const isAsked = asked !== '' && found.data?.text === asked;
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal={false}>
      <Combobox.EventsTarget>
        <TextInput
          data-autofocus
          aria-label="Search"
          placeholder="Deal, person, period, plan, request, position …"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={({ currentTarget: { value } }) => type(value)}
          maxLength={200}
        />
      </Combobox.EventsTarget>
      <Combobox.Options mt="sm" mah="50vh" style={{ overflowY: 'auto' }} aria-label="Found">
        {choices.map(({ key, kind, name, detail }) => (
          <Combobox.Option key={key} value={key}>
            <Text span size="xs" c="dimmed">
              {kind}
            </Text>{' '}
            <Text span size="sm" fw={600}>
              {name}
            </Text>
            {detail === null ? null : (
              <Text span size="sm" c="dimmed">
                {' '}
                {detail}
              </Text>
            )}
          </Combobox.Option>
        ))}
      </Combobox.Options>
      <Text size="sm" c="dimmed" role="status" mt="xs">
        {found.error !== null
          ? problemOf(found.error).detail
          : text.trim() === ''
            ? 'Arrow keys and Enter choose, Escape closes.'
            : isAsked && choices.length === 0
              ? 'Nothing that you can see fits.'
              : ''}
      </Text>
    </Combobox>
  );
}

function screensFor(screens: readonly Screen[], role: string, text: string): readonly Choice[] {
  const words = text.trim().toLowerCase().split(/\s+/u);
  return inNavigation(screens, role)
    .filter(({ group, title, asks }) => words.every((word) => `${group} ${title} ${asks}`.toLowerCase().includes(word)))
    .map(({ path, title, asks, group = '' }) => ({
      key: `screen ${path}`,
      kind: group,
      name: title,
      detail: asks,
      address: { to: path, search: {} },
    }));
}
