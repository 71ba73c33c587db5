package dev.flint.build.input;

import dev.flint.build.file.FileRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rules of a build file share a layer: each folder has one of its own, so that a change in
 * one moves no other; single files that follow each other share one.
 */
public final class LayerPlan {
  private LayerPlan() {}

  /** The layers of the rules, in their order: what comes later wins. */
  public static List<Layer> of(Path folder, List<FileRule> rules) throws IOException {
    List<Layer> layers = new ArrayList<>();
    List<Entry> files = new ArrayList<>();
    for (FileRule rule : rules) {
      List<Entry> entries = FileScan.of(folder, rule);
      boolean single = entries.size() == 1 && !entries.get(0).folder();
      if (single) {
        files.removeIf(entry -> entry.target().equals(entries.get(0).target()));
        files.add(entries.get(0));
        continue;
      }
      end(files, layers);
      if (!entries.isEmpty()) {
        layers.add(new Layer(rule.source() + " in " + rule.target(), entries));
      }
    }
    end(files, layers);
    return layers;
  }

  private static void end(List<Entry> files, List<Layer> layers) {
    if (!files.isEmpty()) {
      layers.add(new Layer("files", files));
      files.clear();
    }
  }
}
