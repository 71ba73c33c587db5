package dev.flint.agent.instance;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a wish. Times are milliseconds since 1970, 0 for never.
 *
 * @param wanted whether it shall run; not so after a stop
 * @param restarts starts after the first one
 * @param askedMillis when the present or last start was begun
 * @param startedMillis of the present or last run
 * @param nextStartMillis when it is started again, in {@link Phase#WAITING}
 * @param note how it runs, in the backend's words
 * @param address its own IP address while it runs, or empty
 * @param lastEnd how the last run ended
 */
public record InstanceState(
    Phase phase,
    boolean wanted,
    int restarts,
    long createdMillis,
    long askedMillis,
    long startedMillis,
    long nextStartMillis,
    String note,
    String address,
    @Nullable End lastEnd) {

  /** Where an instance is. */
  public enum Phase {
    /** Never started. */
    CREATED,
    /** A plan is kept; whether anything of it runs only the backend knows. */
    STARTING,
    /** Running. */
    RUNNING,
    /** Ended, and will be started again. */
    WAITING,
    /** Ended. */
    EXITED
  }

  /**
   * The end of a run.
   *
   * @param code exit code
   * @param reason as Kubernetes spells it
   * @param message for people, or empty
   * @param words its own last ones, which may have several lines, or empty
   */
  public record End(
      int code,
      String reason,
      String message,
      String words,
      long startedMillis,
      long finishedMillis) {
    /** One that has said nothing. */
    public End(int code, String reason, String message, long startedMillis, long finishedMillis) {
      this(code, reason, message, "", startedMillis, finishedMillis);
    }

    /** The same with other words. */
    public End withWords(String others) {
      return new End(code, reason, message, others, startedMillis, finishedMillis);
    }

    JsonObject toJson() {
      JsonObject json =
          JsonObject.empty()
              .with("code", code)
              .with("reason", reason)
              .with("message", message)
              .with("started", startedMillis)
              .with("finished", finishedMillis);
      return words.isEmpty() ? json : json.with("words", words);
    }

    static End of(JsonObject json) throws FlintException {
      return new End(
          (int) number(json, "code"),
          json.requiredString("reason"),
          json.string("message").orElse(""),
          json.string("words").orElse(""),
          number(json, "started"),
          number(json, "finished"));
    }
  }

  /** Whether it runs, or is about to. */
  public boolean isActive() {
    return phase == Phase.STARTING || phase == Phase.RUNNING || phase == Phase.WAITING;
  }

  /** A new instance. */
  public static InstanceState created(long nowMillis) {
    return new InstanceState(Phase.CREATED, false, 0, nowMillis, 0, 0, 0, "", "", null);
  }

  /** About to be started; {@code again} counts. */
  public InstanceState starting(boolean again, long nowMillis) {
    int starts = again ? restarts + 1 : restarts;
    return new InstanceState(
        Phase.STARTING, true, starts, createdMillis, nowMillis, 0, 0, "", "", lastEnd);
  }

  /** Started. */
  public InstanceState running(long nowMillis, String how, String where) {
    return new InstanceState(
        Phase.RUNNING,
        wanted,
        restarts,
        createdMillis,
        askedMillis,
        nowMillis,
        0,
        how,
        where,
        lastEnd);
  }

  /** Ended. */
  public InstanceState exited(End end) {
    return new InstanceState(
        Phase.EXITED,
        wanted,
        restarts,
        createdMillis,
        askedMillis,
        startedMillis,
        0,
        note,
        "",
        end);
  }

  /** To be started again later. */
  public InstanceState waiting(long untilMillis) {
    return new InstanceState(
        Phase.WAITING,
        wanted,
        restarts,
        createdMillis,
        askedMillis,
        startedMillis,
        untilMillis,
        note,
        "",
        lastEnd);
  }

  /** Not wanted any more; one that waits has ended. */
  public InstanceState unwanted() {
    Phase then = phase == Phase.WAITING ? Phase.EXITED : phase;
    return new InstanceState(
        then,
        false,
        restarts,
        createdMillis,
        askedMillis,
        startedMillis,
        0,
        note,
        address,
        lastEnd);
  }

  /** How the last run ended. */
  public Optional<End> end() {
    return Optional.ofNullable(lastEnd);
  }

  /** As JSON. */
  public JsonObject toJson() {
    JsonObject json =
        JsonObject.empty()
            .with("phase", phase.name())
            .with("wanted", wanted)
            .with("restarts", restarts)
            .with("created", createdMillis)
            .with("asked", askedMillis)
            .with("started", startedMillis)
            .with("nextStart", nextStartMillis)
            .with("note", note)
            .with("address", address);
    return lastEnd == null ? json : json.with("lastEnd", lastEnd.toJson());
  }

  /**
   * From JSON.
   *
   * @throws FlintException PROTOCOL if the document is not a state
   */
  public static InstanceState of(JsonObject json) throws FlintException {
    Optional<JsonObject> end = json.object("lastEnd");
    try {
      return new InstanceState(
          Phase.valueOf(json.requiredString("phase")),
          json.flag("wanted"),
          (int) number(json, "restarts"),
          number(json, "created"),
          number(json, "asked"),
          number(json, "started"),
          number(json, "nextStart"),
          json.string("note").orElse(""),
          json.string("address").orElse(""),
          end.isPresent() ? End.of(end.get()) : null);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.PROTOCOL, "no instance state: " + e.getMessage(), e);
    }
  }

  private static long number(JsonObject json, String name) throws FlintException {
    return json.integer(name).orElse(0);
  }
}
