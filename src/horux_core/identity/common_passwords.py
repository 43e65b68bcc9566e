"""Words that people make passwords of: the product's own, those of its trade, and those everybody tries first."""

_CONTEXT = """
horux horus contabilidad contable contador contadora contadores contaduria despacho impuestos impuesto factura
facturas facturacion facturama sat cfdi rfc iva isr fiel efirma firma diot satmexico hacienda mexico empresa
empresas cliente clientes operador admin administrador administrator soporte sistema sistemas servidor server
root user usuario usuarios invitado guest test tester testing prueba pruebas demo temporal default oficina
postgres mercadopago nomina declaracion finanzas
"""
_TRIED_FIRST = """
password passwd passw pass passphrase secret letmein welcome login logon access changeme change master hello
hallo sunshine princess princesa dragon monkey shadow superman batman spiderman wonderwoman ironman hulk marvel
pokemon pikachu naruto goku starwars skywalker matrix gandalf tigger snoopy mickey minnie disney garfield scooby
football futbol baseball basketball soccer hockey softball tennis golf golfer rugby boxing volleyball swimming
steelers cowboys yankees dodgers lakers raiders packers eagles broncos redskins patriots dolphins panthers
liverpool chelsea arsenal barcelona realmadrid juventus manchester united america chivas pumas tigres rayados
cruzazul necaxa toluca pachuca santos leon atlas
love loveme lovely lover iloveyou ilove you iloveu iluvu loveyou teamo tequiero teamomucho amor amores miamor
corazon bebe baby babygirl babyboy honey sweetie sweetheart angel angels angelito heaven hearts kisses forever
trustno trust whatever nothing something anything computer internet windows microsoft google facebook youtube
samsung iphone apple android nokia sony playstation nintendo xbox gamer games minecraft fortnite callofduty
freedom liberty justice power killer hunter ranger soldier warrior knight ninja samurai wizard magic magical
mustang ferrari porsche corvette mercedes toyota chevrolet camaro yamaha harley honda suzuki subaru jaguar
lamborghini nissan jordan kobe bryant messi ronaldo ronaldinho neymar zidane beckham
summer winter spring autumn verano invierno primavera otono enero febrero marzo abril mayo junio julio agosto
septiembre octubre noviembre diciembre january february march april june july august september october november
december monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado
domingo morning evening midnight thunder lightning diamond diamante silver golden crystal rainbow butterfly
mariposa flower flores rosas estrella estrellas luna lunita sol cielo banana orange cherry apples strawberry
chocolate cookie cookies cheese coffee pepper ginger peanut sugar candy pizza burger tequila cerveza whiskey
maverick phoenix blink slipknot metallica nirvana eminem rockstar rock music musica guitar guitarra piano
purple yellow black blue green white orange red pink azul rojo verde negro blanco amarillo
tigger tiger lion wolf eagle falcon panther bear horse pony kitten kitty doggy puppy chicken turtle rabbit
perro gato perrito gatito caballo conejo tortuga
michael jennifer jessica michelle daniel daniela andrew joshua matthew anthony william robert thomas charlie
charles jordan jackson ashley amanda nicole samantha elizabeth victoria natasha hannah sophie jasmine justin
brandon taylor austin dakota maggie george buster bailey cooper hunter tucker rocky harley buddy max bella
maria jose juan luis carlos jorge miguel angel pedro pablo antonio francisco javier alejandro alejandra fernando
fernanda ricardo roberto eduardo sergio raul oscar hector manuel rafael mario martin arturo guillermo gabriel
gabriela andrea paola monica claudia patricia veronica sandra rosa guadalupe lupita carmen adriana laura leticia
margarita teresa alicia ana sofia valentina ximena camila mariana karla karen diana cristina beatriz lucia
esmeralda estefania diego santiago sebastian emiliano leonardo mateo adrian ivan cesar omar victor hugo enrique
alberto alfredo armando gerardo ernesto salvador ignacio rodrigo jesus cristo dios diosesamor jesuscristo
familia family mama papa mami papi hermano hermana hijo hija friend friends amigo amigos bestfriend
contrasena contrasenia clave claves claveunica micontrasena miclave acceso entrar entrada bienvenido bienvenida
bienvenidos hola holamundo adios gracias cambiame secreto secreta seguro seguridad segura nuevo nueva
guadalajara monterrey puebla tijuana cancun veracruz oaxaca chiapas sonora sinaloa jalisco michoacan queretaro
merida yucatan tabasco durango zacatecas morelos guerrero hidalgo tlaxcala colima nayarit chihuahua coahuila
mexicano mexicana vivamexico vivalavida
fuck fuckyou fuckme fuckoff asshole bitch bullshit pussy sexy sex hardcore chinga chingon pendejo puto cabron
mierda
asdf asdfg asdfgh asdfasdf qwer qwert qwerty qwertyuiop azerty zxcv zxcvb zxcvbn zxcvbnm qazwsx abc abcd abcde
xxx xxxx foobar foo bar lorem ipsum example ejemplo muestra sample
the los las del and soy una con para por cocacola pepsi
"""

COMMON = frozenset(_CONTEXT.split()) | frozenset(_TRIED_FIRST.split())
