import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../../api/client";
import { jobsKey } from "../../../api/jobs";
import type { TrainingView } from "../../../api/schema";
import { CommandLine } from "../../../parts/CommandLine";
import { ErrorAlert } from "../../../parts/ErrorAlert";
import { Form } from "../../../parts/Form";
import { NumberField } from "../../../parts/NumberField";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import { shellWord } from "../../../parts/shellWord";
import { numberOf, restoredConfig } from "./restore";
import { inputDir } from "../../../parts/inputDir";

/** Starts a new run at a checkpoint, with what is changed here. */
export function RestoreDialog({ run, step, onClose }: { run: TrainingView; step: number; onClose: () => void }) {
  const text = useText();
  const words = text.training.checkpoints;
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const planned = numberOf(run.config.max_steps);
  const [name, setName] = useState(run.name);
  const [maxSteps, setMaxSteps] = useState<number | null>(planned !== null && planned > step ? planned : step * 2);
  const [rate, setRate] = useState<number | null>(numberOf(run.config.learning_rate));
  const [batch, setBatch] = useState<number | null>(numberOf(run.config.batch_size));
  const config = restoredConfig(run.config, { max_steps: maxSteps, learning_rate: rate, batch_size: batch });
  const restore = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/training/{run}/checkpoints/{step}/restore", {
          params: { path: { run: run.id, step } },
          body: { name: name.trim() || null, config },
        }),
      ),
    onSuccess: (started) => {
      onClose();
      void client.invalidateQueries({ queryKey: jobsKey("training") });
      return navigate({ to: "/training/$run", params: { run: started.id } });
    },
  });
  const settings = Object.entries(config).map(([key, value]) => ` --set ${key}=${value}`);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.restoreTitle(format.integer(step))}
      closeButtonProps={{ "aria-label": text.common.close }}
    >
      <Form onSubmit={() => restore.mutate()}>
        <Stack>
          <Text size="sm">{words.restoreHelp}</Text>
          <TextInput
            label={text.common.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={96}
            required
            data-autofocus
            {...inputDir("auto")}
          />
          <NumberField
            label={text.training.parameters.max_steps ?? "max_steps"}
            value={maxSteps}
            onChange={setMaxSteps}
            min={step + 1}
            integer
            required
          />
          <NumberField
            label={text.training.parameters.learning_rate ?? "learning_rate"}
            value={rate}
            onChange={setRate}
          />
          <NumberField
            label={text.training.parameters.batch_size ?? "batch_size"}
            value={batch}
            onChange={setBatch}
            min={1}
            integer
          />
          <CommandLine
            command={`sokhan runs restore ${run.id} ${step} --name ${shellWord(name.trim())}${settings.join("")}`}
          />
          {restore.error && <ErrorAlert error={restore.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" loading={restore.isPending}>
              {words.restore}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Modal>
  );
}
