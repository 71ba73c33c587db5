package dev.flint.agent.instance;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.List;

/**
 * What a pod gives its containers beside what they ask for themselves.
 *
 * @param hosts lines of {@code /etc/hosts} after the usual ones, without line ends
 * @param wordsFile the path in a container of the file for its last words (core/v1 Container,
 *     terminationMessagePath); empty for none
 * @param wordsOfLog whether the end of its log stands for them if it fails without any
 * @param hostName what a container calls itself that has a network of its own, at most 63
 *     characters; empty for what belongs to no pod
 * @param interaction how somebody may talk to it
 * @param processesOf the id of a container that runs, among whose processes it is to be; empty for
 *     processes of its own
 */
public record Extras(
    List<String> hosts,
    String wordsFile,
    boolean wordsOfLog,
    String hostName,
    Interaction interaction,
    String processesOf) {
  /** What one has that belongs to no pod. */
  public static final Extras NONE = new Extras(List.of(), "", false, "");

  private static final String MEMBER = "extras";

  private static final String INTERACTION = "interaction";

  private static final String PROCESSES = "processesOf";

  /** Copies the list. */
  public Extras {
    hosts = List.copyOf(hosts);
  }

  /** Of one with processes of its own. */
  public Extras(
      List<String> hosts,
      String wordsFile,
      boolean wordsOfLog,
      String hostName,
      Interaction interaction) {
    this(hosts, wordsFile, wordsOfLog, hostName, interaction, "");
  }

  /** Of one that nobody talks to. */
  public Extras(List<String> hosts, String wordsFile, boolean wordsOfLog, String hostName) {
    this(hosts, wordsFile, wordsOfLog, hostName, Interaction.NONE);
  }

  /** The same among the processes of another container. */
  public Extras withProcessesOf(String container) {
    return new Extras(hosts, wordsFile, wordsOfLog, hostName, interaction, container);
  }

  /** As a member of a document; left out if there is nothing to say. */
  JsonObject put(JsonObject json) {
    if (equals(NONE)) {
      return json;
    }
    JsonObject member =
        JsonObject.empty()
            .withStrings("hosts", hosts)
            .with("wordsFile", wordsFile)
            .with("wordsOfLog", wordsOfLog)
            .with("hostName", hostName);
    member = processesOf.isEmpty() ? member : member.with(PROCESSES, processesOf);
    boolean talks = !interaction.equals(Interaction.NONE);
    return json.with(MEMBER, talks ? member.with(INTERACTION, interaction.json()) : member);
  }

  static Extras read(JsonObject spec) throws FlintException {
    JsonObject json = spec.object(MEMBER).orElse(null);
    if (json == null) {
      return NONE;
    }
    JsonObject interaction = json.object(INTERACTION).orElse(null);
    return new Extras(
        json.strings("hosts"),
        json.string("wordsFile").orElse(""),
        json.flag("wordsOfLog"),
        json.string("hostName").orElse(""),
        interaction == null ? Interaction.NONE : Interaction.of(interaction),
        json.string(PROCESSES).orElse(""));
  }
}
