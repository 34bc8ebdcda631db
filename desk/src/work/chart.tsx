// A line chart by day. The same numbers stand in a table below it, so the picture itself is hidden from readers.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { colorOf, theme } from "../ui/theme.ts";

interface Series {
  name: string;
  values: number[];
}

/** A single day stands in the middle of a week. */
const widened = (_: uPlot, first: number, last: number): uPlot.Range.MinMax =>
  first === last ? [first - 3 * DAY, last + 3 * DAY] : [first, last];
const DAY = 86_400;

export function Chart(
  { label, days, series }: { label: string; days: string[]; series: Series[] },
) {
  const place = useRef<HTMLDivElement>(null);
  const look = theme.value;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const axis = {
      stroke: colorOf(element, "--muted"),
      grid: { stroke: colorOf(element, "--line"), width: 1 },
      ticks: { stroke: colorOf(element, "--line"), width: 1 },
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: 220,
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: true, range: widened },
          y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] },
        },
        axes: [axis, { ...axis, size: 48 }],
        series: [
          {},
          ...series.map(({ name }, index) => ({
            label: name,
            stroke: colorOf(element, `--chart-${index + 1}`),
            width: 2,
            points: { show: days.length < 40 },
            // Lines differ by their dashes, too.
            dash: [[], [8, 4], [3, 3], [12, 3, 3, 3]][index % 4] ?? [],
          })),
        ],
      },
      [
        days.map((day) => Date.parse(`${day}T12:00:00`) / 1000),
        ...series.map(({ values }) => values),
      ],
      element,
    );
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: 220 })
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [JSON.stringify([days, series]), look]);
  return (
    <figure class="chart">
      <figcaption class="row">
        <strong>{label}</strong>
        {series.map(({ name }, index) => (
          <span class={`key key-${index + 1}`} key={name}>{name}</span>
        ))}
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}
