import { SimpleGrid, Stack } from "@mantine/core";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { DiskCard } from "./DiskCard";
import { HealthCard } from "./HealthCard";
import { LastErrors } from "./LastErrors";
import { NextSteps } from "./NextSteps";
import { RunningJobs } from "./RunningJobs";

export default function HomePage() {
  const text = useText();
  return (
    <Page title={text.home.title}>
      <NextSteps />
      <RunningJobs />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <HealthCard />
        <Stack>
          <DiskCard />
          <LastErrors />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}
