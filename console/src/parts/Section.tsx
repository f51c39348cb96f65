import { Card, Group, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useId, useRef } from "react";
import { useKeptFocus } from "./useKeptFocus";

interface Props {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A card of a page with its heading. */
export function Section({ title, actions, children }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useKeptFocus(box, heading);
  return (
    <Card withBorder component="section" aria-labelledby={id} ref={box}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4" id={id} ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {actions}
        </Group>
        {children}
      </Stack>
    </Card>
  );
}
