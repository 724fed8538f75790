package io.trunkline.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Processor time per unit as bars, each scenario against the reference, which is 1.
final class Plot {
  private static final int LEFT = 170;
  private static final int WIDTH = 520;
  private static final int BAR = 12;
  private static final int GAP = 10;
  private static final double RATIO_MAX = 2.5;
  private static final List<String> COLOURS =
      List.of("#1f6feb", "#8b949e", "#d29922", "#3fb950", "#a371f7", "#f85149");

  private final Results results;
  private final String reference;
  private final List<String> contestants;

  Plot(Results results, String reference) {
    this.results = results;
    this.reference = reference;
    Set<String> all = new LinkedHashSet<>();
    results.scenarios().forEach(scenario -> all.addAll(results.contestants(scenario)));
    this.contestants = List.copyOf(all);
  }

  String svg() {
    List<String> parts = new ArrayList<>();
    int y = legend(parts);
    int top = y;
    for (Scenario scenario : results.scenarios()) {
      int begin = y;
      for (String contestant : results.contestants(scenario)) {
        double[] ratios = results.ratios(scenario, contestant, reference, Sample::microsPerUnit);
        if (ratios.length > 0) {
          parts.add(bar(contestant, Results.median(ratios), y));
          y += BAR;
        }
      }
      if (y > begin) {
        parts.add(text(LEFT - 8, (begin + y) / 2 + 4, "end", scenario.name()));
        y += GAP;
      }
    }
    int one = LEFT + (int) (WIDTH / RATIO_MAX);
    parts.add(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d0d7de\"/>"
            .formatted(one, top - 4, one, y));
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" \
    font-family="sans-serif" font-size="11">
    <rect width="100%%" height="100%%" fill="white"/>
    %s
    </svg>
    """
        .formatted(LEFT + WIDTH + 50, y + GAP, String.join("\n", parts));
  }

  private int legend(List<String> parts) {
    parts.add(
        text(8, 18, "start", "processor time per unit, as a multiple of that of " + reference));
    int x = 8;
    for (String contestant : contestants) {
      parts.add(rectangle(x, 28, BAR, colour(contestant)));
      parts.add(text(x + BAR + 4, 38, "start", contestant));
      x += 100;
    }
    return 60;
  }

  private String bar(String contestant, double ratio, int y) {
    int width = (int) (Math.min(ratio, RATIO_MAX) / RATIO_MAX * WIDTH);
    return rectangle(LEFT, y, width, colour(contestant))
        + text(LEFT + width + 4, y + BAR - 2, "start", "%.2f".formatted(ratio));
  }

  private String colour(String contestant) {
    return COLOURS.get(contestants.indexOf(contestant) % COLOURS.size());
  }

  private static String rectangle(int x, int y, int width, String colour) {
    return "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>"
        .formatted(x, y, width, BAR - 1, colour);
  }

  private static String text(int x, int y, String anchor, String text) {
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>".formatted(x, y, anchor, text);
  }
}
