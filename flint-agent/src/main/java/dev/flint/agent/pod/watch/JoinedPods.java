package dev.flint.agent.pod.watch;

import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Pods of files and of an API server side by side; of two with one name that of the file is run.
 */
public final class JoinedPods implements PodSource {
  private static final String FOLDER = "the folder of pods";

  private final PodSource files;
  private final PodSource server;

  /** Pods of the server that files have the names of. */
  private Set<ObjectName> hidden = Set.of();

  private volatile List<String> trouble = List.of();
  private boolean filesRead;

  /** Of both. */
  public JoinedPods(PodSource files, PodSource server) {
    this.files = files;
    this.server = server;
  }

  @Override
  public List<PodEvent> look() throws IOException {
    List<PodEvent> ofFiles = lookAtFiles();
    List<PodEvent> ofServer = server.look();
    Set<ObjectName> taken = new HashSet<>();
    for (PodSpec pod : files.pods()) {
      taken.add(pod.name());
    }
    List<PodEvent> events = new ArrayList<>();
    List<PodEvent> back = new ArrayList<>();
    Set<ObjectName> now = new HashSet<>();
    for (PodSpec pod : server.pods()) {
      boolean wasHidden = hidden.contains(pod.name());
      if (taken.contains(pod.name())) {
        now.add(pod.name());
        if (!wasHidden) {
          events.add(new PodEvent.PodRemoved(pod.name()));
        }
      } else if (wasHidden) {
        back.add(new PodEvent.PodAdded(pod));
      }
    }
    events.addAll(ofFiles);
    Set<ObjectName> passedOver = new HashSet<>(now);
    for (PodEvent event : back) {
      passedOver.add(((PodEvent.PodAdded) event).pod().name());
    }
    for (PodEvent event : ofServer) {
      if (!isOf(event, passedOver)) {
        events.add(event);
      }
    }
    events.addAll(back);
    hidden = now;
    return events;
  }

  /** If they cannot be read, those of the server are not to suffer. */
  private List<PodEvent> lookAtFiles() {
    List<String> before = trouble;
    List<PodEvent> events = new ArrayList<>();
    try {
      events.addAll(files.look());
      filesRead = true;
      trouble = List.of();
    } catch (IOException e) {
      trouble = List.of(String.valueOf(e.getMessage()));
    }
    if (!trouble.equals(before)) {
      events.add(new PodEvent.FileBroken(FOLDER, trouble));
    }
    return events;
  }

  private static boolean isOf(PodEvent event, Set<ObjectName> names) {
    if (event instanceof PodEvent.PodAdded added) {
      return names.contains(added.pod().name());
    }
    if (event instanceof PodEvent.PodChanged changed) {
      return names.contains(changed.pod().name());
    }
    if (event instanceof PodEvent.PodStopping stopping) {
      return names.contains(stopping.name());
    }
    return event instanceof PodEvent.PodRemoved removed && names.contains(removed.name());
  }

  @Override
  public List<PodSpec> pods() {
    List<PodSpec> all = new ArrayList<>(files.pods());
    all.addAll(server.pods());
    return all;
  }

  @Override
  public ConfigObjects objects(PodSpec pod) {
    return (pod.origin() == PodOrigin.FILE ? files : server).objects(pod);
  }

  @Override
  public PullCredentials pullCredentials(String uid) {
    return server.pullCredentials(uid);
  }

  @Override
  public boolean isOver(String uid) {
    return server.isOver(uid);
  }

  @Override
  public Map<String, List<String>> problems() {
    if (trouble.isEmpty()) {
      return files.problems();
    }
    Map<String, List<String>> all = new TreeMap<>(files.problems());
    all.put(FOLDER, trouble);
    return all;
  }

  @Override
  public boolean isKnown() {
    return filesRead && files.isKnown() && server.isKnown();
  }

  @Override
  public void listen(Runnable news) {
    files.listen(news);
    server.listen(news);
  }
}
