import { Button, Group, List, Modal, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import type { AccountView } from "../../api/schema";
import { Name } from "../../parts/inline";
import { Loaded } from "../../parts/Loading";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { useFormat } from "../../text/format";

interface Props {
  account: AccountView;
  others: AccountView[];
  onClose: () => void;
}

/** What the deletion would do, then the deletion. */
export function DeleteAccount({ account, others, onClose }: Props) {
  const text = useText();
  const words = text.settings.users;
  const format = useFormat();
  const client = useQueryClient();
  const [shared, setShared] = useState<"transfer" | "remove">("transfer");
  const [to, setTo] = useState<string | null>(null);
  const path = { name: account.name };
  const plan = useQuery({
    queryKey: ["users", account.name, "deletion"],
    queryFn: ({ signal }) => ask(api.GET("/api/users/{name}/deletion", { params: { path }, signal })),
  });
  const remove = useAction(
    () =>
      ask(
        api.DELETE("/api/users/{name}", {
          params: { path, query: { shared, to: shared === "transfer" ? to : null } },
        }),
      ),
    {
      done: words.removed,
      onDone: () => {
        onClose();
        return client.invalidateQueries({ queryKey: ["users"] });
      },
    },
  );
  return (
    <Modal opened onClose={onClose} title={words.remove} closeButtonProps={{ "aria-label": text.common.close }}>
      <Stack>
        <Text>
          <Name>{account.displayName || account.name}</Name>
        </Text>
        <Loaded query={plan}>
          {(found) => (
            <>
              <Text>{words.plan}</Text>
              <List>
                <List.Item>{words.jobs(format.integer(found.jobs))}</List.Item>
                <List.Item>{words.removedBytes(format.bytes(found.bytesRemoved))}</List.Item>
                <List.Item>{words.shared(format.integer(found.shared.length))}</List.Item>
              </List>
              {found.shared.length > 0 && (
                <>
                  <Radio.Group
                    label={words.shared(format.integer(found.shared.length))}
                    value={shared}
                    onChange={(value) => setShared(value)}
                  >
                    <Stack gap="xs" mt={4}>
                      <Radio value="transfer" label={words.sharedTransfer} />
                      <Radio value="remove" label={words.sharedRemove} />
                    </Stack>
                  </Radio.Group>
                  {shared === "transfer" && (
                    <Select
                      label={words.to}
                      value={to}
                      onChange={setTo}
                      data={others.filter(({ name }) => name !== account.name).map(({ name }) => name)}
                      required
                    />
                  )}
                </>
              )}
              <Group justify="flex-end">
                <Button variant="default" data-autofocus onClick={onClose}>
                  {text.common.cancel}
                </Button>
                <Button
                  color="red"
                  loading={remove.isPending}
                  disabled={found.shared.length > 0 && shared === "transfer" && to === null}
                  onClick={() => remove.mutate(undefined)}
                >
                  {words.remove}
                </Button>
              </Group>
            </>
          )}
        </Loaded>
      </Stack>
    </Modal>
  );
}
