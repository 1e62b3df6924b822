import Testing

@testable import Hosts

@Suite struct HostPlaceTests {
  @Test(arguments: [
    ("gpu-1", "gpu-1", 29_400), ("gpu-1:80", "gpu-1", 80), ("10.0.0.1:5", "10.0.0.1", 5),
    ("::1", "::1", 29_400), ("[fe80::2]:7", "fe80::2", 7), ("[::1]", "::1", 29_400),
  ])
  func addressesAreRead(text: String, host: String, port: UInt16) throws {
    let address = try #require(HostAddress(text))
    #expect(address == HostAddress(host: host, port: port))
    #expect(HostAddress(address.description) == address)
  }

  @Test(arguments: [
    "", ":", "a:", "a:0", "a:65536", "a:x", "[::1", "[]:4", "a b", "a/b", "a,b", "[::1]x", "é:3",
  ])
  func whatIsNoAddressIsNone(text: String) { #expect(HostAddress(text) == nil) }

  @Test func aListNamesTheHosts() throws {
    let list = "# two of them\n\n first:4000 \nsecond # the other\n"
    let place = try HostPlace(inList: list, file: "hosts", rank: 1)
    #expect(place.count == 2 && place.coordinator == HostAddress(host: "first", port: 4000))
    func error(_ list: String, _ rank: Int) -> String {
      do {
        return "\(try HostPlace(inList: list, file: "hosts", rank: rank))"
      } catch {
        return "\(error)"
      }
    }
    #expect(error(list, 2) == "rank 2: needs to be from 0 to 1, one for each of 2 hosts")
    #expect(error(list, -1).hasPrefix("rank -1: "))
    #expect(error("a\nb:c\n", 0) == "hosts:2: b:c is no host; write a name or name:port a line")
    #expect(error("# none\n", 0) == "hosts: names no host; write one a line, that of rank 0 first")
  }

  @Test(arguments: [
    ("gpu1", "gpu1"), ("gpu1,gpu2", "gpu1"), ("gpu[03-06,9],login", "gpu03"),
    ("rack[2,4]-node,x", "rack2-node"), ("login,gpu[1-2]", "login"), ("gpu[7]", "gpu7"),
  ])
  func slurmsListsAreRead(list: String, first: String) {
    #expect(HostPlace.firstNode(of: list) == first)
  }

  @Test(arguments: ["", ",a", "gpu[", "gpu[]", "gpu[a-b]"])
  func whatIsNoListIsNone(list: String) { #expect(HostPlace.firstNode(of: list) == nil) }

  @Test func slurmsVariablesSayThePlace() throws {
    let environment = [
      "SLURM_NTASKS": "4", "SLURM_PROCID": "3", "SLURM_JOB_NODELIST": "gpu[03-06]",
      "SLURM_JOB_ID": "4097",
    ]
    let place = try #require(try HostPlace(slurm: environment))
    #expect(place.rank == 3 && place.count == 4)
    #expect(place.coordinator == HostAddress(host: "gpu03", port: 29_401))
    #expect(try HostPlace(slurm: environment.merging(["SLURM_NTASKS": "1"]) { $1 }) == nil)
    for (name, value) in [
      ("SLURM_JOB_NODELIST", nil), ("SLURM_JOB_NODELIST", "gpu["), ("SLURM_PROCID", "x"),
      ("SLURM_NTASKS", "-2"), ("SLURM_NTASKS", nil), ("SLURM_PROCID", nil),
    ] as [(String, String?)] {
      var other = environment
      other[name] = value
      #expect(throws: HostError.slurm(variable: name, value: value)) {
        try HostPlace(slurm: other)
      }
    }
  }
}
