import { Button, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { VoiceCard } from "../../api/schema";
import { Section } from "../../parts/Section";
import { useAction } from "../../parts/useAction";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import { BlindRound } from "./BlindRound";
import type { Round } from "./blindTest";
import { shuffled, tally } from "./blindTest";
import { useDraftText } from "./draft";
import { PairPlayer } from "./pairPlayer";
import type { Source } from "./sources";
import { sampleSourcesQuery, voiceSource } from "./sources";
import { inputDir } from "../../parts/inputDir";

interface Prepared {
  number: number;
  round: Round<Source>;
  player: PairPlayer;
}

/** Two voices or checkpoints, heard without their names. */
export function CompareTab({ voices }: { voices: VoiceCard[] }) {
  const words = useText().studio;
  const text = useText();
  const format = useFormat();
  const samples = useQuery(sampleSourcesQuery).data ?? [];
  const sources = [...voices.map(voiceSource), ...samples];
  const [input, setInput] = useDraftText(words.example);
  const [chosen, setChosen] = useState<[string | null, string | null]>([
    sources[0]?.id ?? null,
    sources[1]?.id ?? null,
  ]);
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  const [votes, setVotes] = useState<{ winner: string | null }[]>([]);
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const [first, second] = chosen.map((id) => sources.find((source) => source.id === id));
  const prepare = useAction(async ([one, two]: [Source, Source]) => {
    const round = shuffled(one, two, Math.random());
    const seed = Math.floor(Math.random() * 2 ** 31);
    const [a, b] = await Promise.all([round.A.record(input, seed), round.B.record(input, seed)]);
    const player = await PairPlayer.decode({ A: a, B: b });
    // `BlindRound` closes the one before.
    if (shown.current) setPrepared((old) => ({ number: (old?.number ?? 0) + 1, round, player }));
    else player.close();
  });
  const different = first && second && first.id !== second.id;
  const choice = (label: string, at: 0 | 1) => (
    <Select
      label={label}
      value={chosen[at]}
      data={[
        { group: text.studio.voice, items: voices.map((voice) => ({ value: `voice ${voice.id}`, label: voice.name })) },
        {
          group: text.common.assetKinds.checkpoint,
          items: samples.map(({ id, name }) => ({ value: id, label: name })),
        },
      ].filter(({ items }) => items.length > 0)}
      onChange={(id) => setChosen((old) => (at === 0 ? [id, old[1]] : [old[0], id]))}
      searchable
      allowDeselect={false}
      w={{ base: "100%", sm: 320 }}
    />
  );
  const counts = Object.entries(tally(votes));
  return (
    <Section title={words.tabs.compare}>
      <Text>{words.compare.about}</Text>
      <Textarea
        label={words.text}
        {...inputDir("auto")}
        autosize
        minRows={2}
        value={input}
        onChange={(event) => setInput(event.currentTarget.value)}
      />
      <Group align="flex-end">
        {choice(words.compare.a, 0)}
        {choice(words.compare.b, 1)}
        <Button
          disabled={!different || !input.trim()}
          loading={prepare.isPending}
          onClick={() => first && second && prepare.mutate([first, second])}
        >
          {words.compare.prepare}
        </Button>
      </Group>
      {!different && <Text c="dimmed">{words.compare.same}</Text>}
      {prepared && (
        <BlindRound
          key={prepared.number}
          player={prepared.player}
          names={{ A: prepared.round.A.name, B: prepared.round.B.name }}
          onVote={(vote) =>
            setVotes((old) => [...old, { winner: vote === "equal" ? null : prepared.round[vote].name }])
          }
        />
      )}
      {counts.length > 0 && (
        <Stack gap={2}>
          <Text fw={600}>{words.compare.tally}</Text>
          {counts.map(([name, count]) => (
            <Text key={name}>
              <bdi>{name}</bdi>: {format.integer(count)}
            </Text>
          ))}
        </Stack>
      )}
    </Section>
  );
}
