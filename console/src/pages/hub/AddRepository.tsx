import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client";
import type { NewEntryRequest } from "../../api/schema";
import type { RepoType } from "../../api/sources";
import { catalogKey } from "../../api/sources";
import { Icon } from "../../parts/Icon";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import type { EntryForm } from "./newEntry";
import { newEntry } from "./newEntry";
import type { CatalogKind } from "./search";
import { KINDS } from "./search";

interface Props {
  repo?: string;
  type?: RepoType;
  kind?: CatalogKind;
}

/** For administrators: a repository of the Hub that may be downloaded from now on. */
export function AddRepository({ repo, type, kind }: Props) {
  const text = useText();
  const words = text.hub.admin;
  const [opened, modal] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<Icon name="plus" size={14} />} onClick={modal.open}>
        {words.add}
      </Button>
      <Modal
        opened={opened}
        onClose={modal.close}
        title={words.add}
        closeButtonProps={{ "aria-label": text.common.close }}
      >
        <AddForm repo={repo} type={type} kind={kind} onDone={modal.close} />
      </Modal>
    </>
  );
}

function AddForm({ repo = "", type = "model", kind = "tts", onDone }: Props & { onDone: () => void }) {
  const text = useText();
  const words = text.hub.admin;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState<EntryForm>({
    repoId: repo,
    id: "",
    type,
    kind,
    nameFa: "",
    nameEn: "",
    include: "",
  });
  const [wrong, setWrong] = useState<"repoId" | "id" | null>(null);
  const set = (changes: Partial<EntryForm>) => {
    setWrong(null);
    setForm((old) => ({ ...old, ...changes }));
  };
  const add = useAction((body: NewEntryRequest) => ask(api.POST("/api/sources/catalog", { body })), {
    done: words.added,
    onDone: async (entry) => {
      await client.invalidateQueries({ queryKey: catalogKey });
      onDone();
      await navigate({ to: "/hub", search: { id: entry.id, type: entry.repoType } });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const read = newEntry(form);
        if ("wrong" in read) setWrong(read.wrong);
        else add.mutate(read.body);
      }}
    >
      <Stack>
        <TextInput
          label={words.repoId}
          value={form.repoId}
          onChange={(event) => set({ repoId: event.currentTarget.value })}
          error={wrong === "repoId" && words.repoIdWrong}
          dir="ltr"
          required
          data-autofocus
        />
        <Group grow>
          <Select
            label={words.type}
            value={form.type}
            onChange={(chosen) => set({ type: chosen ?? "model" })}
            data={(["model", "dataset"] as const).map((value) => ({ value, label: text.hub.types[value] }))}
            allowDeselect={false}
          />
          <Select
            label={text.hub.kind}
            value={form.kind}
            onChange={(chosen) => set({ kind: chosen ?? "tts" })}
            data={KINDS.map((value) => ({ value, label: text.hub.kinds[value] }))}
            allowDeselect={false}
          />
        </Group>
        <TextInput
          label={words.nameFa}
          value={form.nameFa}
          onChange={(event) => set({ nameFa: event.currentTarget.value })}
          dir="auto"
        />
        <TextInput
          label={words.nameEn}
          value={form.nameEn}
          onChange={(event) => set({ nameEn: event.currentTarget.value })}
          dir="auto"
        />
        <TextInput
          label={words.include}
          description={words.includeHelp}
          value={form.include}
          onChange={(event) => set({ include: event.currentTarget.value })}
          dir="ltr"
        />
        <TextInput
          label={words.id}
          description={words.idHelp}
          value={form.id}
          onChange={(event) => set({ id: event.currentTarget.value })}
          error={wrong === "id" && words.idNeeded}
          dir="ltr"
        />
        <Group>
          <Button type="submit" loading={add.isPending}>
            {text.common.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
