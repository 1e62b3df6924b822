import Arrays
import Safetensors

let arrays = [
  NamedArray("weight", HostArray([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])),
  NamedArray("step", HostArray(scalar: Int32(7))),
]
try SafetensorsFile.write(arrays, metadata: ["format": "pt"], to: "model.safetensors")

let file = try SafetensorsFile.open("model.safetensors")
for name in file.names { print(name, try file.type(of: name)) }
print(try file.array(named: "weight").values(as: Float.self))
