package dev.flint.cli.console;

import dev.flint.oci.error.Printable;
import dev.flint.oci.progress.Reuse;

/** One item of the work. Guarded by {@link Work}. */
final class Item {
  private static final int DIGEST = 12;

  final String name;
  final String label;
  final long total;
  boolean underWay;

  /** That some was here already was said. */
  boolean reuseSaid;

  Pace pace;
  Reuse reuse = Reuse.NOTHING;

  /** When something was written of it last. */
  long shown;

  Item(String name, long total, long now) {
    this.name = name;
    this.label = label(name);
    this.total = total;
    this.pace = new Pace(now);
    this.shown = now;
  }

  /** Work on it begins. */
  void begin(long now) {
    underWay = true;
    pace = new Pace(now);
    shown = now;
  }

  private static String label(String name) {
    boolean digest = name.matches("[a-z0-9]+:[0-9a-f]{64,}");
    return digest ? name.substring(name.indexOf(':') + 1).substring(0, DIGEST) : Printable.of(name);
  }
}
