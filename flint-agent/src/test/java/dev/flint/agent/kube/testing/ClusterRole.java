package dev.flint.agent.kube.testing;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a ClusterRole, or a Role in its namespace, allows.
 *
 * @param namespace where it holds; empty for everywhere
 */
public record ClusterRole(String name, String namespace, List<Rule> rules) {
  /**
   * One rule: any of the groups, with any of the resources, with any of the verbs.
   *
   * @param names of objects; empty for all
   */
  public record Rule(
      List<String> groups, List<String> resources, List<String> verbs, List<String> names) {
    boolean allows(Grant grant, String name) {
      return matches(groups, grant.group())
          && (matches(resources, grant.resource()) || wholeSubresource(grant.resource()))
          && matches(verbs, grant.verb())
          && (names.isEmpty() || names.contains(name));
    }

    private boolean wholeSubresource(String resource) {
      int at = resource.indexOf('/');
      return at >= 0 && resources.contains("*" + resource.substring(at));
    }

    private static boolean matches(List<String> allowed, String asked) {
      return allowed.contains("*") || allowed.contains(asked);
    }
  }

  /** Copies the rules. */
  public ClusterRole {
    rules = List.copyOf(rules);
  }

  /** The roles of a YAML stream; other documents in it are passed over. */
  public static List<ClusterRole> read(byte[] yaml) throws FlintException {
    List<ClusterRole> roles = new ArrayList<>();
    for (JsonObject document : YamlReader.read(yaml, "roles")) {
      String kind = document.requiredString("kind");
      if (kind.equals("ClusterRole") || kind.equals("Role")) {
        JsonObject metadata = document.object("metadata").orElseThrow();
        List<Rule> rules = new ArrayList<>();
        for (JsonObject rule : document.objects("rules")) {
          rules.add(
              new Rule(
                  rule.strings("apiGroups"),
                  rule.strings("resources"),
                  rule.strings("verbs"),
                  rule.strings("resourceNames")));
        }
        Optional<String> namespace =
            kind.equals("Role") ? metadata.string("namespace") : Optional.empty();
        roles.add(new ClusterRole(metadata.requiredString("name"), namespace.orElse(""), rules));
      }
    }
    return roles;
  }

  /** Each single thing that it allows. */
  public List<Grant> grants() {
    List<Grant> grants = new ArrayList<>();
    for (Rule rule : rules) {
      for (String group : rule.groups) {
        for (String resource : rule.resources) {
          rule.verbs.forEach(verb -> grants.add(new Grant(group, resource, verb)));
        }
      }
    }
    return grants;
  }

  /** The same role but for one thing. */
  public ClusterRole without(Grant gone) {
    List<Rule> left = new ArrayList<>();
    for (Rule rule : rules) {
      for (String group : rule.groups) {
        for (String resource : rule.resources) {
          for (String verb : rule.verbs) {
            if (!new Grant(group, resource, verb).equals(gone)) {
              left.add(new Rule(List.of(group), List.of(resource), List.of(verb), rule.names));
            }
          }
        }
      }
    }
    return new ClusterRole(name, namespace, left);
  }

  boolean allows(Grant grant, String inNamespace, String objectName) {
    return (namespace.isEmpty() || namespace.equals(inNamespace))
        && rules.stream().anyMatch(rule -> rule.allows(grant, objectName));
  }
}
