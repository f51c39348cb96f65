import { Button, Group, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import type { DownloadView } from "../../api/schema";
import { Form } from "../../parts/Form";
import { NumberField } from "../../parts/NumberField";
import { useText } from "../../text";
import { fromKilobytes, toKilobytes } from "../../parts/bandwidth";

interface Props {
  job: Pick<DownloadView, "assetId" | "bandwidth">;
  pending: boolean;
  onChange: (bandwidth: number | null) => void;
}

/** The cap of one download, changed while it runs. */
export function BandwidthButton({ job, pending, onChange }: Props) {
  const text = useText();
  const words = text.hub;
  const [opened, popover] = useDisclosure(false);
  const [kilobytes, setKilobytes] = useState(toKilobytes(job.bandwidth));
  return (
    <Popover opened={opened} onChange={(open) => !open && popover.close()} trapFocus withArrow shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          loading={pending}
          aria-label={`${words.capOpen}: ${job.assetId}`}
          onClick={popover.toggle}
        >
          {words.capOpen}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.capOpen}>
        <Form
          onSubmit={() => {
            onChange(fromKilobytes(kilobytes));
            popover.close();
          }}
        >
          <NumberField
            label={words.cap}
            description={words.capHelp}
            value={kilobytes}
            onChange={setKilobytes}
            min={1}
            integer
          />
          <Group mt="sm">
            <Button type="submit" size="xs">
              {text.common.apply}
            </Button>
          </Group>
        </Form>
      </Popover.Dropdown>
    </Popover>
  );
}
