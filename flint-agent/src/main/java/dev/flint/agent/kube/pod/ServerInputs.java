package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.ApiFailure;
import dev.flint.agent.kube.api.ServerWork;
import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.pod.ConfigObject;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has of the API server what the pods of this node name: each object and token once, asked for
 * again about once a minute, or when the token grows old. If the server does not answer, what it
 * said last holds. One thread runs it; others ask it.
 */
final class ServerInputs implements PodInputs, Runnable, Closeable {
  private static final long LONGEST_MILLIS = 60_000;

  private final InputCalls calls;
  private final Map<String, String> variables;
  private final LongSupplier millis;
  private final Consumer<String> warnings;
  private final SplittableRandom chance = new SplittableRandom();
  private final ServerWork work;

  /** By uid of the pod; this and all that follows is guarded by this. */
  private final Map<String, PodNeeds> needs = new HashMap<>();

  private final Map<Input, InputState> states = new HashMap<>();
  private Runnable listener = () -> {};
  private volatile Consumer<ObjectEvent> events = event -> {};
  private boolean news;
  private boolean closed;

  /**
   * Of a server.
   *
   * @param millis a clock that only goes on
   * @param warnings is told what cannot be had; never a value
   */
  ServerInputs(ApiClient api, LongSupplier millis, Consumer<String> warnings) {
    this.calls = new InputCalls(api);
    this.variables = ServerVariables.of(api.server());
    this.millis = millis;
    this.warnings = warnings;
    this.work =
        new ServerWork(
            api,
            "ConfigMaps and Secrets cannot be read",
            "ConfigMaps and Secrets are read again",
            warnings);
  }

  /** Has somebody told of what is missing as it is used; thread-safe. */
  void post(Consumer<ObjectEvent> told) {
    events = told;
  }

  @Override
  public synchronized void want(Collection<PodSpec> pods) {
    Set<String> uids = new HashSet<>();
    boolean added = false;
    for (PodSpec pod : pods) {
      uids.add(pod.uid());
      if (!needs.containsKey(pod.uid())) {
        needs.put(pod.uid(), PodNeeds.of(pod));
        added = true;
      }
    }
    boolean removed = needs.keySet().retainAll(uids);
    if (added || removed) {
      Set<Input> all = new HashSet<>();
      for (PodNeeds one : needs.values()) {
        all.addAll(one.inputs());
      }
      states.keySet().retainAll(all);
      for (Input input : all) {
        states.computeIfAbsent(input, key -> new InputState(millis.getAsLong()));
      }
      notifyAll();
    }
  }

  @Override
  public synchronized boolean isReady(PodSpec pod) {
    PodNeeds all = needs.get(pod.uid());
    if (all == null) {
      return false;
    }
    for (Input input : all.inputs()) {
      InputState state = states.get(input);
      if (state == null || !state.isAnswered()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public synchronized ConfigObjects objects(PodSpec pod) {
    ConfigObjects.Builder out = new ConfigObjects.Builder();
    PodNeeds all = needs.getOrDefault(pod.uid(), PodNeeds.of(pod));
    for (Input input : all.inputs()) {
      InputState state = states.get(input);
      InputCalls.Got got = state == null ? null : state.got();
      String why = state == null ? "not known" : state.why();
      if (input instanceof Input.OfToken token) {
        out.variables(variables);
        if (got == null) {
          out.lack(token.wish(), why);
        } else {
          out.add(token.wish(), got.token());
        }
      } else if (input instanceof Input.OfObject object) {
        ConfigObject there = got == null ? null : got.object();
        if (there != null) {
          out.add(there);
        } else if (state == null || !state.isMissing()) {
          out.lack(object.kind(), object.name(), why);
        }
      }
    }
    return out.build();
  }

  @Override
  public PullCredentials pullCredentials(String uid) {
    PullCredentials all = PullCredentials.OF_CLUSTER;
    List<String> useless = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    PodNeeds named;
    synchronized (this) {
      named = needs.get(uid);
      if (named == null) {
        return PullCredentials.NONE;
      }
      for (Input.OfObject input : named.pullSecrets()) {
        InputState state = states.get(input);
        InputCalls.Got got = state == null ? null : state.got();
        Optional<PullCredentials> more = Optional.empty();
        if (got != null && got.object() != null) {
          more = all.with(input.name() + " " + got.uid(), got.object());
        } else {
          missing.add(input.name().name());
        }
        if (more.isEmpty()) {
          useless.add(input.name().toString());
        } else {
          all = more.get();
        }
      }
    }
    for (String name : useless) {
      warnings.accept("secret " + name + " has no credentials to pull images with");
    }
    if (!missing.isEmpty()) {
      events.accept(
          new ObjectEvent(
              named.pod(),
              uid,
              "",
              true,
              "FailedToRetrieveImagePullSecret",
              "Unable to retrieve some image pull secrets ("
                  + String.join(", ", missing)
                  + "); attempting to pull the image may not succeed."));
    }
    return all;
  }

  @Override
  public synchronized boolean takeNews() {
    boolean now = news;
    news = false;
    return now;
  }

  @Override
  public synchronized void listen(Runnable told) {
    listener = told;
  }

  @Override
  public void run() {
    try {
      while (await()) {
        work.attempt(this::askWhatIsDue);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean await() throws InterruptedException {
    while (!closed) {
      long due = Long.MAX_VALUE;
      for (InputState state : states.values()) {
        due = Math.min(due, state.due());
      }
      long left = due - millis.getAsLong();
      if (left <= 0) {
        break;
      }
      // After a sleep of the device it may be due, though nobody has waited that long.
      wait(due == Long.MAX_VALUE ? 0 : Math.min(left, LONGEST_MILLIS));
    }
    return !closed;
  }

  /**
   * Asks for all that is due.
   *
   * @throws IOException if the server answers nobody now
   */
  void askWhatIsDue() throws IOException {
    for (Input input : due()) {
      try {
        InputState before = state(input);
        if (before != null) {
          take(input, calls.ask(input, before.isCachedEnough()));
        }
      } catch (FlintException e) {
        if (ApiFailure.isAboutAll(e)) {
          hold(input);
          throw e;
        }
        refuse(input, e);
      } catch (OutOfMemoryError e) {
        // What was read of it is given back by now; and it would be the first again.
        refuse(input, new InputTooLarge("there is no memory for it"));
      } catch (RuntimeException e) {
        refuse(input, new FlintException(ErrorCode.INTERNAL, e.toString(), e));
      }
    }
  }

  private synchronized List<Input> due() {
    long now = millis.getAsLong();
    List<Map.Entry<Input, InputState>> due = new ArrayList<>();
    for (Map.Entry<Input, InputState> entry : states.entrySet()) {
      if (!closed && entry.getValue().due() <= now) {
        due.add(entry);
      }
    }
    // Those that get no answer are not to keep others from theirs.
    due.sort(
        Comparator.comparing((Map.Entry<Input, InputState> one) -> one.getValue().isHeld())
            .thenComparing(one -> one.getValue().due()));
    return due.stream().map(Map.Entry::getKey).toList();
  }

  private synchronized void hold(Input input) {
    InputState state = states.get(input);
    if (state != null) {
      state.hold(millis.getAsLong());
    }
  }

  private synchronized @Nullable InputState state(Input input) {
    return closed ? null : states.get(input);
  }

  private void take(Input input, InputCalls.Got got) throws InputTooLarge {
    Runnable told = () -> {};
    synchronized (this) {
      InputState state = states.get(input);
      if (state != null) {
        InputRoom.check(input, got, states);
        boolean first = !state.isAnswered();
        if (state.take(got, millis.getAsLong(), chance)) {
          news |= !first;
          told = listener;
        }
      }
    }
    told.run();
  }

  private void refuse(Input input, FlintException failure) {
    Runnable told = () -> {};
    String complaint = "";
    synchronized (this) {
      InputState state = states.get(input);
      if (state != null) {
        boolean first = !state.isAnswered();
        complaint = state.complaint(failure);
        if (state.refuse(failure, millis.getAsLong(), chance)) {
          news |= !first;
          told = listener;
        }
      }
    }
    if (!complaint.isEmpty()) {
      warnings.accept(input + ": " + complaint);
    }
    told.run();
  }

  @Override
  public synchronized void close() {
    closed = true;
    work.end();
    notifyAll();
  }
}
