package dev.flint.agent.pod.watch;

import dev.flint.agent.pod.ConfigObject;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of documents: files ending in {@code .yaml}, {@code .yml} or {@code .json}, but no
 * dotfiles and nothing in subfolders. Looked at whenever the caller says so; an idle look reads no
 * file. Confined to one thread.
 *
 * <p>A pod is known by its name: where its document lies does not matter. If two files have one
 * pod, the file that had it first keeps it. A file that vanished is believed gone at the second
 * look, as editors take a file away before they write the new one. If the folder cannot be read
 * nothing is believed gone.
 */
public final class PodWatch implements PodSource {
  private static final int MAX_FILES = 1000;

  private final Path folder;
  private final InstantSource clock;
  private final PodCopies copies;
  private boolean looked;
  private Map<String, WatchedFile> files = new TreeMap<>();
  private Map<ObjectName, Owned<PodSpec>> pods = new TreeMap<>();
  private Map<String, Owned<ConfigObject>> objects = new TreeMap<>();
  private Map<String, List<String>> problems = new TreeMap<>();

  private record Owned<T>(T value, Digest digest, String file) {}

  /**
   * A watch that has seen nothing yet.
   *
   * @param clock the clock that the folder's files have their times from
   * @param copies of files that were well, for the agent after this one
   */
  public PodWatch(Path folder, InstantSource clock, PodCopies copies) {
    this.folder = folder;
    this.clock = clock;
    this.copies = copies;
  }

  @Override
  public ConfigObjects objects(PodSpec pod) {
    List<ConfigObject> all = new ArrayList<>();
    for (Owned<ConfigObject> object : objects.values()) {
      all.add(object.value);
    }
    return ConfigObjects.of(all);
  }

  @Override
  public List<PodSpec> pods() {
    List<PodSpec> all = new ArrayList<>();
    for (Owned<PodSpec> pod : pods.values()) {
      all.add(pod.value);
    }
    return all;
  }

  @Override
  public Map<String, List<String>> problems() {
    return Map.copyOf(problems);
  }

  @Override
  public List<PodEvent> look() throws IOException {
    Map<String, WatchedFile.Stamp> found = list();
    long now = clock.millis();
    Map<String, WatchedFile> next = new TreeMap<>();
    boolean changed = false;
    for (Map.Entry<String, WatchedFile.Stamp> entry : found.entrySet()) {
      WatchedFile before = files.get(entry.getKey());
      if (before != null && !before.missing() && before.isSame(entry.getValue())) {
        next.put(entry.getKey(), before);
        continue;
      }
      WatchedFile known = before == null ? renamed(entry.getValue(), found) : before;
      WatchedFile after =
          WatchedFile.read(folder.resolve(entry.getKey()), entry.getValue(), now, known, copies);
      if (before == null && known != null && !after.content().problems().isEmpty()) {
        copies.move(folder.resolve(known.name()), folder.resolve(after.name()));
      }
      next.put(entry.getKey(), after);
      changed |= before == null || !before.content().equals(after.content());
    }
    for (WatchedFile before : files.values()) {
      if (!found.containsKey(before.name())) {
        changed |= before.missing();
        if (!before.missing()) {
          next.put(before.name(), before.gone());
        }
      }
    }
    if (!looked || !next.keySet().equals(files.keySet())) {
      forgetOthers(next);
      looked = true;
    }
    files = next;
    return changed ? compare() : List.of();
  }

  private void forgetOthers(Map<String, WatchedFile> next) {
    List<Path> there = new ArrayList<>();
    for (String name : next.keySet()) {
      there.add(folder.resolve(name));
    }
    copies.keepOnly(there);
  }

  /** The file that was moved to this place, so that even a broken one keeps its last good pod. */
  private @Nullable WatchedFile renamed(
      WatchedFile.Stamp stamp, Map<String, WatchedFile.Stamp> found) {
    for (WatchedFile file : files.values()) {
      // Not by the inode alone, which a new file may have got.
      if (!found.containsKey(file.name()) && file.stamp().equals(stamp)) {
        return file;
      }
    }
    return null;
  }

  private Map<String, WatchedFile.Stamp> list() throws IOException {
    Map<String, WatchedFile.Stamp> found = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!isWanted(name)) {
          continue;
        }
        try {
          BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
          if (attributes.isRegularFile()) {
            found.put(name, WatchedFile.Stamp.of(attributes));
          }
        } catch (NoSuchFileException e) {
          // It went while we looked; unless it leads to what is away, such as another disk.
          if (Files.isSymbolicLink(entry)) {
            found.put(name, WatchedFile.Stamp.UNKNOWN);
          }
        } catch (IOException e) {
          // A loop of links, for example: a problem of this file, not of the others.
          found.put(name, WatchedFile.Stamp.UNKNOWN);
        }
        if (found.size() > MAX_FILES) {
          throw new FlintException(
              ErrorCode.POLICY, folder + " has more than " + MAX_FILES + " pod files");
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static boolean isWanted(String name) {
    return !name.startsWith(".")
        && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  private List<PodEvent> compare() {
    Map<ObjectName, Owned<PodSpec>> nextPods = new TreeMap<>();
    Map<String, Owned<ConfigObject>> nextObjects = new TreeMap<>();
    Map<String, List<String>> nextProblems = new TreeMap<>();
    for (WatchedFile file : files.values()) {
      if (!file.missing()) {
        List<String> said = new ArrayList<>(file.content().problems());
        for (PodSpec pod : file.content().pods()) {
          Owned<PodSpec> mine = new Owned<>(pod, pod.digest(), file.name());
          claim("pod " + pod.name(), pod.name(), mine, pods, nextPods, nextProblems, said);
        }
        for (ConfigObject object : file.content().objects()) {
          Owned<ConfigObject> mine = new Owned<>(object, object.digest(), file.name());
          claim(key(object), key(object), mine, objects, nextObjects, nextProblems, said);
        }
        if (!said.isEmpty()) {
          nextProblems.computeIfAbsent(file.name(), name -> new ArrayList<>()).addAll(said);
        }
      }
    }
    keepMissing(nextPods, nextObjects);
    List<PodEvent> events = new ArrayList<>();
    problemEvents(nextProblems, events);
    if (!digests(objects).equals(digests(nextObjects))) {
      events.add(new PodEvent.ObjectsChanged());
    }
    podEvents(nextPods, events);
    pods = nextPods;
    objects = nextObjects;
    problems = nextProblems;
    return events;
  }

  /** Of files that vanished just now, what no other file has. */
  private void keepMissing(
      Map<ObjectName, Owned<PodSpec>> nextPods, Map<String, Owned<ConfigObject>> nextObjects) {
    for (WatchedFile file : files.values()) {
      if (file.missing()) {
        for (PodSpec pod : file.content().pods()) {
          nextPods.putIfAbsent(pod.name(), new Owned<>(pod, pod.digest(), file.name()));
        }
        for (ConfigObject object : file.content().objects()) {
          nextObjects.putIfAbsent(key(object), new Owned<>(object, object.digest(), file.name()));
        }
      }
    }
  }

  private static String key(ConfigObject object) {
    return object.kind().word() + " " + object.name();
  }

  /** Two files may have one thing: it stays with the file that had it. */
  private static <K, T> void claim(
      String what,
      K key,
      Owned<T> mine,
      Map<K, Owned<T>> before,
      Map<K, Owned<T>> next,
      Map<String, List<String>> problems,
      List<String> said) {
    Owned<T> other = next.get(key);
    Owned<T> owner = before.get(key);
    boolean wasMine = owner != null && owner.file.equals(mine.file);
    if (other == null) {
      next.put(key, mine);
    } else if (wasMine && !other.file.equals(mine.file)) {
      next.put(key, mine);
      problems
          .computeIfAbsent(other.file, name -> new ArrayList<>())
          .add(what + " is in " + mine.file + " already");
    } else {
      said.add(what + " is in " + other.file + " already");
    }
  }

  private void problemEvents(Map<String, List<String>> next, List<PodEvent> events) {
    for (Map.Entry<String, List<String>> entry : next.entrySet()) {
      if (!entry.getValue().equals(problems.get(entry.getKey()))) {
        events.add(new PodEvent.FileBroken(entry.getKey(), entry.getValue()));
      }
    }
    for (String file : problems.keySet()) {
      if (!next.containsKey(file)) {
        events.add(new PodEvent.FileBroken(file, List.of()));
      }
    }
  }

  private void podEvents(Map<ObjectName, Owned<PodSpec>> next, List<PodEvent> events) {
    for (ObjectName name : pods.keySet()) {
      if (!next.containsKey(name)) {
        events.add(new PodEvent.PodRemoved(name));
      }
    }
    for (Map.Entry<ObjectName, Owned<PodSpec>> entry : next.entrySet()) {
      Owned<PodSpec> before = pods.get(entry.getKey());
      Owned<PodSpec> now = entry.getValue();
      if (before == null) {
        events.add(new PodEvent.PodAdded(now.value));
      } else if (!before.digest.equals(now.digest)) {
        events.add(new PodEvent.PodChanged(before.value, now.value));
      }
    }
  }

  private static Map<String, Digest> digests(Map<String, Owned<ConfigObject>> objects) {
    Map<String, Digest> out = new HashMap<>();
    for (Map.Entry<String, Owned<ConfigObject>> entry : objects.entrySet()) {
      out.put(entry.getKey(), entry.getValue().digest);
    }
    return out;
  }
}
