import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, ask } from "../../../api/client";
import type { TrainingView } from "../../../api/schema";
import { CommandLine } from "../../../parts/CommandLine";
import { ErrorAlert } from "../../../parts/ErrorAlert";
import { tellDone } from "../../../parts/toast";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { useMutation } from "@tanstack/react-query";
import { shellWord } from "../../../parts/shellWord";
import { inputDir } from "../../../parts/inputDir";

interface Props {
  run: TrainingView;
  step: number;
  onClose: () => void;
  onDone: () => unknown;
}

/** Asks for the name under which a checkpoint is served. The same name again makes the next version. */
export function DeployDialog({ run, step, onClose, onDone }: Props) {
  const text = useText();
  const words = text.training.checkpoints;
  const format = useFormat();
  const [name, setName] = useState(run.name);
  const deploy = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/training/{run}/checkpoints/{step}/deploy", {
          params: { path: { run: run.id, step } },
          body: { name: name.trim() },
        }),
      ),
    onSuccess: (deployed) => {
      tellDone(text, words.deployed(deployed.id, format.integer(deployed.version)));
      onClose();
      return onDone();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.deployTitle(format.integer(step))}
      closeButtonProps={{ "aria-label": text.common.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          deploy.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={text.common.name}
            description={words.deployHelp}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={96}
            required
            data-autofocus
            {...inputDir("auto")}
          />
          <Stack gap={4}>
            <Text size="xs" c="dimmed">
              {text.common.terminal}
            </Text>
            <CommandLine command={`sokhan runs deploy ${run.id} ${step} --name ${shellWord(name.trim())}`} />
          </Stack>
          {deploy.error && <ErrorAlert error={deploy.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" loading={deploy.isPending}>
              {words.deploy}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
