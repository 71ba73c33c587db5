package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed (SIGKILL) at random moments while pods come, change, crash and go; so now and
 * then are a QEMU and containerd. {@code -Dflint.kill.seconds=300} makes it long, {@code
 * -Dflint.kill.pause=50} makes changes come four times as fast, {@code -Dflint.kill.seed=N} runs
 * the same dice again.
 */
@Timeout(900)
class AgentKillIT {
  private static final long SECONDS = Long.getLong("flint.kill.seconds", 30);
  private static final long SEED = Long.getLong("flint.kill.seed", System.nanoTime() % 1_000_000);
  private static final int PAUSE_MILLIS = Integer.getInteger("flint.kill.pause", 200);
  private static final int SLOTS = 8;
  private static final int MIN_AGENTS = 20;

  /** 128 and the number of a signal. */
  private static final int ABORTED = 134;

  private static final int SEGMENT = 139;

  @TempDir Path folder;
  private final Random random = new Random(SEED);
  private final Map<Integer, Wish> wishes = new TreeMap<>();
  private AgentDevice device;
  private int generation;
  private int changes;
  private int agents;
  private int guests;
  private int containerds;
  private int adopted;

  /** A pod as its file has it. */
  private static final class Wish {
    private final boolean guest;

    /** What it ends with by itself; negative if it stays. */
    private final int code;

    private final boolean again;
    private final String word;

    /** Whether something else than the agent was killed, so that it may have begun anew. */
    private boolean disturbed;

    Wish(boolean guest, int code, boolean again, String word) {
      this.guest = guest;
      this.code = code;
      this.again = again;
      this.word = word;
    }

    boolean stays() {
      return code < 0;
    }
  }

  @BeforeEach
  void device() throws IOException {
    device = AgentDevice.make(folder);
  }

  @AfterEach
  void close() throws IOException {
    device.close();
  }

  /** U30: agent restart. */
  @Test
  void whateverIsKilledNothingIsLostAndNothingRunsTwice() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try {
      device.startAgent();
      churn(1000);
      settle();
      // On a slow machine half a minute is a few rounds, and all may have been changed in each.
      while (System.nanoTime() < end || (adopted == 0 && agents < MIN_AGENTS)) {
        round();
      }
      for (int slot : List.copyOf(wishes.keySet())) {
        remove(slot);
      }
      device.awaitNothingLeft();
    } catch (IOException | AssertionError e) {
      throw new AssertionError("seed " + SEED + ": " + e.getMessage(), e);
    } finally {
      System.err.printf(
          "seed %d: killed %d agents, %d QEMUs, %d containerds in %d changes; adopted %d times%n",
          SEED, agents, guests, containerds, changes, adopted);
    }
    assertTrue(adopted > 0, "nothing was ever adopted");
  }

  /** One life of an agent, up to the end of the next one's recovery. */
  private void round() throws IOException {
    Map<String, Long> before = runs();
    Set<Integer> touched = new HashSet<>(churn(random.nextInt(2000)));
    device.killAgent();
    agents++;
    touched.addAll(churn(random.nextInt(300)));
    boolean down = random.nextInt(4) == 0;
    if (down) {
      device.containerd().kill();
      containerds++;
      disturb(false);
    }
    if (random.nextInt(4) == 0) {
      killGuest();
    }
    device.startAgent();
    if (down) {
      touched.addAll(churn(random.nextInt(1000)));
      disturb(false);
      device.containerd().restart();
    }
    if (random.nextInt(4) == 0) {
      killGuest();
    }
    settle();
    Map<String, Long> after = runs();
    for (Map.Entry<Integer, Wish> one : wishes.entrySet()) {
      String id = id(one.getKey());
      boolean same = before.containsKey(id) && !touched.contains(one.getKey());
      if (same && one.getValue().stays() && !one.getValue().disturbed) {
        assertEquals(before.get(id), after.get(id), id + " was not adopted but begun anew");
        adopted++;
      }
    }
  }

  private static String id(int slot) {
    return "default_p" + slot + "_c";
  }

  /** When what runs was started, in milliseconds since 1970, by instance. */
  private Map<String, Long> runs() throws IOException {
    Map<String, Long> runs = new TreeMap<>();
    for (JsonObject instance : device.ask("list").objects("instances")) {
      JsonObject state = instance.object("state").orElseThrow();
      if (state.requiredString("phase").equals("RUNNING")) {
        String id = instance.object("spec").orElseThrow().requiredString("id");
        runs.put(id, state.integer("started").orElse(0));
      }
    }
    return runs;
  }

  /** Changes pods for so many milliseconds; returns which. */
  private Set<Integer> churn(int millis) throws IOException {
    Set<Integer> touched = new HashSet<>();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      int slot = random.nextInt(SLOTS);
      touched.add(slot);
      changes++;
      if (wishes.containsKey(slot) && random.nextInt(3) == 0) {
        remove(slot);
      } else {
        write(slot);
      }
      int pause = PAUSE_MILLIS + random.nextInt(3 * PAUSE_MILLIS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
    }
    return touched;
  }

  private void remove(int slot) throws IOException {
    device.delete("p" + slot + ".yaml");
    wishes.remove(slot);
  }

  /** Two of three stay; the others end well, or badly, or crash. */
  private void write(int slot) throws IOException {
    boolean guest = random.nextBoolean();
    boolean stays = random.nextInt(3) > 0;
    String word = "w" + generation++;
    int code = stays ? -1 : List.of(0, 1, 3, guest ? ABORTED : SEGMENT).get(random.nextInt(4));
    boolean again = stays || random.nextBoolean();
    String container =
        guest
            ? AgentPods.guest("c", device.guest(), guestArgs(code, word))
            : AgentPods.box("c", device.box(), "echo " + word + "; " + script(code));
    // What crashes is to run all the same, and not what was before.
    String pod =
        AgentPods.watched(0, AgentPods.pod("p" + slot, again ? "Always" : "Never", container));
    device.write("p" + slot + ".yaml", pod);
    wishes.put(slot, new Wish(guest, code, again, word));
  }

  private static String[] guestArgs(int code, String word) {
    return switch (code) {
      case -1 -> new String[] {"--sleep", word};
      case ABORTED -> new String[] {"--abort", word};
      default -> new String[] {"--exit", Integer.toString(code), word};
    };
  }

  private static String script(int code) {
    return switch (code) {
      case -1 -> AgentPods.SLEEP;
      case SEGMENT -> "sh -c 'kill -SEGV $$$$'; exit $?";
      default -> "exit " + code;
    };
  }

  private void killGuest() throws IOException {
    List<Long> all = device.processes().guestProcesses();
    if (!all.isEmpty()) {
      long pid = all.get(random.nextInt(all.size()));
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      guests++;
      disturb(true);
    }
  }

  private void disturb(boolean guest) {
    for (Wish wish : wishes.values()) {
      wish.disturbed |= wish.guest == guest;
    }
  }

  /** Waits until all is as the files say; nothing may run twice meanwhile. */
  private void settle() throws IOException {
    String[] problem = {""};
    try {
      device.await(
          "all is as the files say",
          () -> {
            problem[0] = problem();
            return problem[0].isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(problem[0] + "; " + e.getMessage(), e);
    }
  }

  private String problem() throws IOException {
    List<String> guestIds = device.processes().guestIds();
    Set<String> once = new HashSet<>(guestIds);
    assertEquals(once.size(), guestIds.size(), "twice: " + guestIds + device.processes().words());
    List<String> tasks = device.containerd().tasks();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (new HashSet<>(tasks).size() < tasks.size() && System.nanoTime() < end) {
      // Containerd says that a task is deleted a moment before its shim has ended.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
      tasks = device.containerd().tasks();
    }
    assertEquals(
        new HashSet<>(tasks).size(), tasks.size(), "twice: " + tasks + device.processes().words());
    once.addAll(tasks);
    Set<String> wanted = new HashSet<>();
    for (int slot : wishes.keySet()) {
      wanted.add(id(slot));
    }
    if (!wanted.containsAll(once)) {
      return "something runs that nobody wants: " + once;
    }
    Set<String> listed = new HashSet<>();
    for (JsonObject instance : device.ask("list").objects("instances")) {
      listed.add(instance.object("spec").orElseThrow().requiredString("id"));
    }
    if (!listed.equals(wanted)) {
      return "there is " + listed + " and should be " + wanted;
    }
    for (Map.Entry<Integer, Wish> one : wishes.entrySet()) {
      String said = problem(one.getKey(), one.getValue(), once);
      if (!said.isEmpty()) {
        return said;
      }
    }
    return "";
  }

  private String problem(int slot, Wish wish, Set<String> processes) throws IOException {
    String pod = "p" + slot;
    JsonObject container = device.container(pod, "c");
    if (container.names().isEmpty()) {
      return "no pod " + pod;
    }
    boolean backsOff = AgentDevice.says(container, "reason", "CrashLoopBackOff");
    if (!wish.stays()) {
      return ended(pod, wish, container, backsOff);
    }
    if (wish.disturbed && backsOff) {
      return "";
    }
    if (!AgentDevice.says(container, "state", "RUNNING") || !processes.contains(id(slot))) {
      return pod + " does not run: " + container;
    }
    return printed(pod, wish);
  }

  private String printed(String pod, Wish wish) throws IOException {
    boolean printed = device.log(pod, "c").toString().contains(wish.word);
    return printed ? "" : pod + " is not the one of " + wish.word;
  }

  /** What ended is not lost, nor how, whoever was there to see it. */
  private String ended(String pod, Wish wish, JsonObject container, boolean backsOff)
      throws IOException {
    boolean rests = wish.again ? backsOff : AgentDevice.says(container, "state", "TERMINATED");
    if (!rests) {
      return pod + " has not ended: " + container;
    }
    if (wish.disturbed) {
      return "";
    }
    if (container.integer("exitCode").orElse(-1) != wish.code) {
      return pod + " did not end with " + wish.code + ": " + container;
    }
    return printed(pod, wish);
  }
}
