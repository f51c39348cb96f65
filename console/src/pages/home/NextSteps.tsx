import { Badge, Button, SimpleGrid, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { rendersQuery, runsQuery } from "../../api/jobs";
import { voicesQuery } from "../../api/voices";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useText } from "../../text";

/** For a newcomer: install a voice, hear it, make one's own. It goes away when all is done. */
export function NextSteps() {
  const text = useText();
  const voices = useQuery(voicesQuery).data;
  const renders = useInfiniteQuery(rendersQuery).data?.pages[0]?.data;
  const runs = useInfiniteQuery(runsQuery).data?.pages[0]?.data;
  if (!voices || !runs || !renders || runs.length > 0) return null;
  const hasVoice = voices.voices.length > 0;
  const steps = [
    { ...text.home.steps.voice, done: hasVoice, to: "/hub" },
    { ...text.home.steps.say, done: renders.length > 0, to: "/studio" },
    { ...text.home.steps.train, done: false, to: "/training" },
  ] as const;
  const next = steps.findIndex((step) => !step.done);
  return (
    <Section title={text.home.start}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {steps.map((step, i) => (
          <Stack key={step.to} gap={4} align="flex-start">
            <Text fw={600}>{step.title}</Text>
            <Text size="sm" c="dimmed">
              {step.text}
            </Text>
            {step.done ? (
              <Badge color="green">{text.home.stepDone}</Badge>
            ) : (
              <Button component={Link} to={step.to} size="xs" variant={i === next ? "filled" : "default"}>
                {step.action}
                <Icon name="chevron" size={14} mirrored />
              </Button>
            )}
          </Stack>
        ))}
      </SimpleGrid>
    </Section>
  );
}
