import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Link } from "@tanstack/react-router";
import { ErrorAlert } from "../parts/ErrorAlert";
import { Empty } from "../parts/Empty";
import { Page } from "../parts/Page";
import { useText } from "../text";
import { reachable } from "./lazyPage";

export function PageNotFound() {
  const text = useText();
  return (
    <Page title={text.shell.notFound} progress={null}>
      <Empty
        title={text.shell.notFound}
        action={
          <Button component={Link} to="/">
            {text.shell.goHome}
          </Button>
        }
      />
    </Page>
  );
}

export function PageCrash({ error }: ErrorComponentProps) {
  const text = useText();
  return (
    <Page title={text.shell.crashed} progress={null}>
      <ErrorAlert error={error} onRetry={() => void reachable().then((yes) => yes && location.reload())} />
    </Page>
  );
}
