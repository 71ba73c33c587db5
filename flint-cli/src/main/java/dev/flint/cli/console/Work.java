package dev.flint.cli.console;

import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Expected;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Reused;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.Reuse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is under way and what is still to come, from the first item until none is left: then the
 * work is over, and what comes next is other work. Not thread-safe.
 */
final class Work {
  private final Map<String, Item> items = new LinkedHashMap<>();
  private Pace pace = new Pace(0);
  private long total;
  private int unknown;
  private int count;
  private int moved;
  private boolean failed;

  /** Takes note of an event; the item it is about, if that is known. */
  Optional<Item> on(ProgressEvent event, long now) {
    if (event instanceof Expected expected) {
      return Optional.of(enter(expected.item(), expected.totalBytes(), now));
    }
    if (event instanceof Started started) {
      Item item = enter(started.item(), started.totalBytes(), now);
      if (!item.underWay) {
        item.begin(now);
      }
      return Optional.of(item);
    }
    Item item = items.get(event.item());
    if (item == null) {
      return Optional.empty();
    }
    if (event instanceof Advanced advanced) {
      item.pace.move(advanced.bytes(), now);
      pace.move(advanced.bytes(), now);
    } else if (event instanceof Reused reused) {
      reuse(item, reused.reuse());
    } else if (event instanceof Finished finished) {
      finish(item, finished.outcome());
    }
    return Optional.of(item);
  }

  private Item enter(String name, long totalBytes, long now) {
    Item known = items.get(name);
    if (known != null) {
      return known;
    }
    if (items.isEmpty()) {
      pace = new Pace(now);
      total = 0;
      unknown = 0;
      count = 0;
      moved = 0;
      failed = false;
    }
    Item item = new Item(name, totalBytes, now);
    items.put(name, item);
    count++;
    total += Math.max(0, totalBytes);
    unknown += totalBytes < 0 ? 1 : 0;
    return item;
  }

  private void reuse(Item item, Reuse reuse) {
    long more = reuse.bytes() - item.reuse.bytes();
    item.reuse = reuse;
    item.pace.skip(more);
    pace.skip(more);
  }

  private void finish(Item item, Outcome outcome) {
    items.remove(item.name);
    unknown -= item.total < 0 ? 1 : 0;
    total -= Math.max(0, item.total);
    if (outcome == Outcome.DONE) {
      // Some of an item need not have been counted; it is done all the same.
      total += item.pace.done();
      moved++;
    } else {
      pace.skip(-item.pace.done());
    }
    if (outcome == Outcome.FAILED) {
      failed = true;
      if (!isUnderWay()) {
        // What was to come does not come any more.
        items.clear();
      }
    }
  }

  /** Whether nothing is to come any more. */
  boolean isOver() {
    return items.isEmpty();
  }

  boolean isUnderWay() {
    return items.values().stream().anyMatch(item -> item.underWay);
  }

  List<Item> underWay() {
    return items.values().stream().filter(item -> item.underWay).toList();
  }

  Optional<Item> underWay(String name) {
    return Optional.ofNullable(items.get(name)).filter(item -> item.underWay);
  }

  /** How many items there are, those that are over included. */
  int count() {
    return count;
  }

  /** How many of them are over. */
  int finished() {
    return count - items.size();
  }

  /** How many were moved or made to their end. */
  int moved() {
    return moved;
  }

  /** Whether one has failed. */
  boolean hasFailed() {
    return failed;
  }

  Pace pace() {
    return pace;
  }

  /** The bytes of all that is not there already; -1 as long as nobody knows. */
  long total() {
    return unknown > 0 ? -1 : total;
  }
}
