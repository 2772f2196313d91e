import { Button, type ButtonProps, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Form, type FormProps } from './form.tsx';

export interface ActionProps<Answer extends object>
  extends Pick<FormProps<Answer>, 'label' | 'fields' | 'send' | 'done'> {
  readonly says?: ReactNode;
  readonly button?: ButtonProps;
}

/** A button that asks what has to be known and does it, in a dialog that is closed when it is done. */
export function Action<Answer extends object>({ label, says, fields, send, button, done }: ActionProps<Answer>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" {...button} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={label} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          {says === undefined ? null : (
            <Text size="sm" c="dimmed" component="div">
              {says}
            </Text>
          )}
          <Form
            label={label}
            fields={fields}
            send={send}
            done={(answer) => {
              setOpen(false);
              done?.(answer);
            }}
          />
        </Stack>
      </Modal>
    </>
  );
}
