package dev.flint.agent.kube.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergeTest {
  private static Tree tree(String json) throws Exception {
    // Single quotes are easier to read in Java.
    return Tree.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "test");
  }

  private static Tree merged(Resource resource, String target, String patch) throws Exception {
    Tree result = tree(target);
    new StrategicMerge(resource).apply(result, tree(patch));
    return result;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "conditions by type | NODES"
            + "| {'status':{'conditions':[{'type':'Ready','status':'False','reason':'x'},{'type':'B'}]}}"
            + "| {'status':{'conditions':[{'type':'Ready','status':'True'},{'type':'C'}]}}"
            + "| {'status':{'conditions':[{'type':'Ready','status':'True','reason':'x'},{'type':'B'},{'type':'C'}]}}",
        "two addresses of a type become one | NODES"
            + "| {'status':{'addresses':[{'type':'InternalIP','address':'a'}]}}"
            + "| {'status':{'addresses':[{'type':'InternalIP','address':'b'},{'type':'InternalIP','address':'c'}]}}"
            + "| {'status':{'addresses':[{'type':'InternalIP','address':'c'}]}}",
        "unless the list is replaced | NODES"
            + "| {'status':{'addresses':[{'type':'InternalIP','address':'a'}]}}"
            + "| {'status':{'addresses':[{'$patch':'replace'},{'type':'InternalIP','address':'b'},{'type':'InternalIP','address':'c'}]}}"
            + "| {'status':{'addresses':[{'type':'InternalIP','address':'b'},{'type':'InternalIP','address':'c'}]}}",
        "an old address of a pod stays | PODS"
            + "| {'status':{'podIPs':[{'ip':'1'}]}}"
            + "| {'status':{'podIPs':[{'ip':'2'}]}}"
            + "| {'status':{'podIPs':[{'ip':'1'},{'ip':'2'}]}}",
        "unless it is deleted | PODS"
            + "| {'status':{'podIPs':[{'ip':'1'}]}}"
            + "| {'status':{'podIPs':[{'ip':'1','$patch':'delete'},{'ip':'2'}]}}"
            + "| {'status':{'podIPs':[{'ip':'2'}]}}",
        "statuses of containers as a whole | PODS"
            + "| {'status':{'containerStatuses':[{'name':'a','ready':true},{'name':'b'}]}}"
            + "| {'status':{'containerStatuses':[{'name':'a'}]}}"
            + "| {'status':{'containerStatuses':[{'name':'a'}]}}",
        "a state is merged, so that the old one must be null | PODS"
            + "| {'status':{'x':{'running':{},'y':1}}}"
            + "| {'status':{'x':{'running':null,'terminated':{'exitCode':1}}}}"
            + "| {'status':{'x':{'y':1,'terminated':{'exitCode':1}}}}",
        "taints as a whole | NODES"
            + "| {'spec':{'taints':[{'key':'a'},{'key':'b'}]}}"
            + "| {'spec':{'taints':[{'key':'c'}]}}"
            + "| {'spec':{'taints':[{'key':'c'}]}}",
        "finalizers as a set | NODES"
            + "| {'metadata':{'finalizers':['a','b']}}"
            + "| {'metadata':{'finalizers':['b','c'],'$deleteFromPrimitiveList/finalizers':['a']}}"
            + "| {'metadata':{'finalizers':['b','c']}}",
        "an object replaced | NODES"
            + "| {'status':{'capacity':{'cpu':'1','gpu':'1'}}}"
            + "| {'status':{'capacity':{'$patch':'replace','cpu':'2'}}}"
            + "| {'status':{'capacity':{'cpu':'2'}}}",
        "an object deleted | NODES"
            + "| {'status':{'capacity':{'cpu':'1'},'a':1}}"
            + "| {'status':{'capacity':{'$patch':'delete'}}}"
            + "| {'status':{'a':1}}",
        "variables within containers | PODS"
            + "| {'spec':{'containers':[{'name':'a','image':'i','env':[{'name':'X','value':'1'}]}]}}"
            + "| {'spec':{'containers':[{'name':'a','env':[{'name':'Y','value':'2'}]}]}}"
            + "| {'spec':{'containers':[{'name':'a','image':'i','env':[{'name':'X','value':'1'},{'name':'Y','value':'2'}]}]}}",
      })
  void merges(String name, Resource resource, String target, String patch, String expected)
      throws Exception {
    assertEquals(tree(expected), merged(resource, target, patch), name);
  }

  @Test
  void refusesAnElementThatCannotBeToldFromOthers() {
    assertThrows(
        Refusal.class,
        () -> merged(Resource.NODES, "{}", "{'status':{'conditions':[{'status':'True'}]}}"));
  }

  @Test
  void aMergePatchKnowsNoKeys() throws Exception {
    Tree result = tree("{'a':[{'type':'x'}],'b':{'c':1,'d':2}}");
    JsonMerge.apply(result, tree("{'a':[],'b':{'c':null}}"));
    assertEquals(tree("{'a':[],'b':{'d':2}}"), result);
  }
}
