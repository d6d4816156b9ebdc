/**
 * Data: common words, most of them English. Words of the training texts that at least seven sources share, by how many
 * texts hold them; words of attacks that five sources share; and the 500 commonest words of the multilingual ones.
 */
export const commonWords: string =
  'aber abide abiding abilities ability able aboard about above absolute absolutely abuse abuses academic academy ' +
  'accept acceptable accepted acces acceso access accessed accessible accessing accesso accettare accident ' +
  'accommodate accompanied accomplish accomplished accomplishments accordance according accordingly account ' +
  'accounting accounts accuracy accurate accurately accused accès acessar acesso achieve achieved acknowledge ' +
  'acknowledged acquire across act acted acting action actions activate activated active activities activity actor ' +
  'actors actress acts actual actually acum adam adapt adaptation adapted add added adding addition additional ' +
  'additionally address addressed addresses addressing adds adhere adherence adjust adjustments admin ' +
  'administration administrative administrator adopt adopted adresine adresse adressen adresses adult adults ' +
  'advance advanced advancements advantage adventure adversaries adversary advertising advice advisor aerial ' +
  'aerospace affairs affect affected afraid africa african after afternoon afterwards again against age aged ' +
  'agencies agency agenda agent agents ages aggressive agli ago agree agreed agreement ahead ahora aid aiding aim ' +
  'aimed aims air aircraft airplane airport aktualisieren akzeptieren albert album alcohol alert alertar alerting ' +
  'alex algorithm algorithms algoritmo algoritmos alice alien align alive all alla alle alleged alles alley ' +
  'allocate allocation allow allowed allowing allows ally almost alone along alongside alpha alphabetically ' +
  'already also alter alternate alternative although always am amazing amazon ambiguity amendments america ' +
  'american americans amid among amount amounts an analisi analysis analyze analyzed analyzing anche ancient and ' +
  'andrew angeles angreifer angriffen angry animal animals anne announced announcement annual anomalie anomaly ' +
  'anomalías another answer answering answers anterioare anteriores antes anti anweisungen any anybody anyone ' +
  'anything análise análisis apart apartment apenas apis aplicación apologies apologize app apparent apparently ' +
  'appeal appeals appear appearance appearances appeared appears append apple applicable application applications ' +
  'applicazione applied apply applying appreciate approach approached approaches appropriate approval approved ' +
  'approximately april arabia arbitrary arcade architecture archivo are area areas aren arena argent args argue ' +
  'argued argument arguments arizona armed arms army arnold around arquivo arranged arrangement array arrays ' +
  'arrest arrested arrive arrived art article articles artificial artist artists artık as ascii asia ask asked ' +
  'asking asks aspect aspects assault assembly assert assess assessed assessment asset assets assign assigned ' +
  'assignment assist assistance assistant assistants assisted assisting associated associates associati ' +
  'association assume assumed assuming at atacante atacator ataque ataques athlete atlanta atmosphere attacchi ' +
  'attached attack attacked attacker attackers attacks attaques attempt attempted attempting attempts attend ' +
  'attendance attended attention attorney attorneys attracted attractions attractive attribute attributes auch ' +
  'aucun aucune audience audio aufnimmt augment augmented august australia australian authentication author ' +
  'authorities authority authorization authorized auto automated automatically autorisé autorizado autorizzato ' +
  'außer availability available avalanche avec average avoid avoided avoiding await award awards aware awareness ' +
  'away awesome baby back backed backend background backup bad badly balance balanced ball balls ban banana band ' +
  'bank banks banned bar barack barbara barcelona barely basado basato base baseado based basement bash basic ' +
  'basically basierend basis bass basé battle bay be beach bear beat beats beautiful beauty became because become ' +
  'becomes becoming bed been before began begin beginning begins behalf behave behavior behaviors behaviour behind ' +
  'beijing being beings belief beliefs believe believed believes belong below benchmarking benefit benefits ' +
  'bernard besides best bestimmtes better between beyond bias biased biases biblioteca bibliothèque big biggest ' +
  'bill billing billion binary biography birth birthday bisher bit bitter black blade blame blank blend bloccare ' +
  'block blocked blockieren blockierung blocking blocks blog blood bloquear bloquer blue board boat bodies body ' +
  'bohemian bold bomb bond book books bool boolean boost border borders boring born boss boston bot both bottom ' +
  'bought bound boundaries boundless bowl bowling box boy boys brackets brain branch brand brazil brazilian bread ' +
  'break breakfast breaking breaks breath brian bridge brief briefly bright brilliant bring bringing britain ' +
  'british broad broader broke broken bronze brother brought brown browser browsing bruce budget buffalo buffer ' +
  'build building buildings built bullet bullets bundan bunun buried burned bus bush business businesses busy but ' +
  'button buy buying by bypass byte bytes cache cada cage calculate calculations california call called calling ' +
  'calls calm cambia came camera cameras campaign can canada canadian cancer candidate candidates cannot cantidad ' +
  'capabilities capability capable capacity capaz capital caps captain capture captured capturing car card cards ' +
  'care career careful carefully cargo carolina carried carry carrying cars case cases cash caso cast casual cat ' +
  'catch categories category caught cause caused causes causing caution cease celebrities celebrity cell cells ' +
  'celtic censor censored censoring censorship center centered central centre century certain certainly chad chain ' +
  'challenge challenges challenging champions championship championships chan chance chances change changed ' +
  'changes changing channel chaos chapter chaque char character characteristics characterized characters charge ' +
  'charged charges charity charles charlie chart chat chatbot chatgpt chave che cheap cheating check checked ' +
  'checking checks cheese chef chelsea chemical chiave chicago chief chiffrement child children china chinese ' +
  'chmod chocolate choice choices choose chose chosen chris christian christmas chuck church cifratura circle ' +
  'circuit circumstances citation cities citing citizen citizens city civil claim claimed claiming claims claire ' +
  'clarification clarify clarity clark class classes classic classification classified classify clauses clave ' +
  'clean cleaning clear clearly click client clients climate clinton clock close closed closely closer closest ' +
  'closing clothing cloud club clues coach coal coast code codes coding coffee cold cole collaboration collapse ' +
  'colleagues collect collected collection college collins colombia color colors colour columbia column columns ' +
  'combien combinación combination combinazione combinação combine combined come comedy comentários comes ' +
  'comfortable comic coming command commands comme commence comment commentary comments commercial commission ' +
  'commit commitment committed committee common commonly communicate communication communications communities ' +
  'community como compact companies companion company compare compared comparison compatible competing competition ' +
  'competitive compilation complaint complaints complete completed completely completion completo complex ' +
  'complexity compliance compliant complies comply component components comportamento compose composed composer ' +
  'composers composing comprehensive compromise compromised computer computing comunicación comunicazione ' +
  'comunicação con conceived concept concepts concern concerned concerns concert concise conclude conclusion ' +
  'concrete condensed condition conditional conditions conduct conducted conducting conference confidence ' +
  'confident confidential config configuración configuration configuração configure confined confines confirm ' +
  'confirmation confirmed conflict conflicts confusion congress connect connected connection connections conquer ' +
  'conscious consciousness consecutive consent consequences consequently conservative consider consideration ' +
  'considerations considered considering consistent consistently consisting consists console conspiracy const ' +
  'constant constantly constitution constraints construct construction consultant consumer consumption cont ' +
  'contact contacts contain contained container containing contains content contents conter context continue ' +
  'continued continues continuing continuous continuously contract contractor contrary contraseñas contrast ' +
  'contribute contributed contribution control controlled controls controversial conveniently conventional ' +
  'conversation conversational conversations convert converted convey convicted conviction convinced convincing ' +
  'cook cookies cooking cool copy copyright core corner corners corp corporate corporation correct correctly ' +
  'corresponding cost costs could couldn council count counter countries country counts county couple course ' +
  'courses court cover coverage covered covering covers craft crafting crash crazy create created creates creating ' +
  'creation creative creativity creators creature creatures credential credentials credit crew criar crime ' +
  'criminal crisis criteria critic critical criticism criticize critics cross crossed crowd crucial cryptic ' +
  'cualquier cuando cultural culture cup curious currency current currently curse custom customer customers ' +
  'customs cut cutting cuántas cuánto cuántos cybersecurity cycle código cümlesini dados daha daily damage damaged ' +
  'dan dance danger dangerous dangers daniel dann dans dark darkest das dass data database dataset datasets date ' +
  'datei dates dati datos daughter dave david davies davis day days ddos dead deadly deal dear death debate debe ' +
  'debería debris debug debugging debut debuted decade decades december decent decide decided decides decision ' +
  'decisions deck declared decline decode decrease dedicated deemed deep deeper deepest deeply default defaults ' +
  'defeat defeated defend defender defending defense defensive define defined defining definitely definition ' +
  'definitions degli degree degrees deine deinen del delay delete deleted deletion delicious delight deliver ' +
  'delivered delivering delivery dell della delle demand demanded demands demeanor democratic democrats ' +
  'demonstrate demonstrates denied deny department departure dependencies depending depends deploy deployed ' +
  'deployment depressed depth deputy der derogatory des desc describe described describes describing description ' +
  'descriptions descriptive design designated designed designer desirable desire desired desires despite después ' +
  'destination destroy destroyed destruction detail detailed detailing details detección detect detectar detected ' +
  'detecting detection detective detecção determinar determine determined determining detroit deux deve develop ' +
  'developed developer developers developing development deviate deviation device devices devil devoid devrait ' +
  'değil diabetes diagnosis dialogue dicho dict dictionary did didn die died diego diet difference differences ' +
  'different difficult difficulties difficulty digest digital digits dimension dimensions diners dinner diplomatic ' +
  'direcciones dirección direct directed direction directions directive directives directly director directorio ' +
  'directory diretório disable disabled disappointed disaster disclaimer disclaimers disclose discover discovered ' +
  'discovery discrimination discuss discussed discussing discussions disease diseases disgusting dish disk display ' +
  'displayed displays disregard disregarding disrupt disruption dissemination distance distinct distinctive ' +
  'distinguish distribution district diverse divided division dna dns do doar docs doctor document documentation ' +
  'documented documents does doesn dog dogs doing dollar dollars domain domains domestic donald donations done ' +
  'données dont door doors double doubt dovrebbe down download draft drama dramatic draw drawing drawn dream ' +
  'dreams drew drink drinks drive driven driver driving drop dropped drug drugs drums drunk dry dual due duel duke ' +
  'durante duration durch during dutch duties duty dynamic each earlier early earn earned earth ease easier easily ' +
  'east eastern easy eat eating ează eccentric economic economy eddie edge edgy edit edited editing editor ' +
  'education educational een effect effective effectively effectiveness effects efficiency efficient effort ' +
  'efforts egerton eggplant eiffel eight ein eine einem einen einer eines eingabe either elaborate elder election ' +
  'elections electric electronic element elements elle else elsewhere email emails embedded embedding embody ' +
  'embrace emerged emergency emerging emily emoji emojis emotion emotional emotions empathy emperor emphasize ' +
  'emphasizing emplacement employ employed employee employees employing empty emulate enable enabled enabling ' +
  'encode encoding encounters encourage encouraged encouraging encriptación encryption end ended endereço ' +
  'endereços ending endorse endpoint ends energy enforce enforcement engage engaged engagement engages engaging ' +
  'engine engineer engineering england english enhance enjoy enjoyed enjoys enough enregistrer ensure ensures ' +
  'ensuring enter entered entering enters entertainment enthalten entire entirely entirety entities entitled ' +
  'entity entrada entrance entre entry environment environmental envía episode equal equally equipment equipped ' +
  'equivalent era eric erişim erotic error errors erstellen eruption escalation escape escaped escribe especially ' +
  'especifica especificar específico essay essence essential essentially essere est establish established estado ' +
  'estate este estimate estimated estimates está etc ethical ethics euro europe european evade eval evaluate ' +
  'evaluated evaluating evaluation even evening event events eventually ever every everyday everyone everything ' +
  'evidence evil evolution exact exactly examination examine example examples excel excellent except exception ' +
  'exceptional exceptions excerpt excessive excessively exchange exciting exclusive exclusively exec executable ' +
  'execute executed executes executing execution executive exercise exhibit exhibited exhibits exist existence ' +
  'existing exists exit expand expanded expect expectations expected expects expensive experience experienced ' +
  'experiences experiment expert expertise experts expiration explain explained explaining explains explanation ' +
  'explanations explicit explicitamente explicitement explicitly explizit exploit exploitation exploiting ' +
  'exploration explore exploring explícitamente expose express expressed expressing expression expressions extend ' +
  'extended extension extensive extent external extra extract extracting extraordinary extreme extremely eye eyes ' +
  'face facebook faced faces facilitate facilities facility facing fact factor factors facts factual fail failed ' +
  'failing fails failure fair faire fairly fait fake fall fallen falling falls false familiar families family ' +
  'famous fan fans fantasies fantastic fantasy far fare farm fashion fast father favor favorite fear fears feature ' +
  'features featuring feb february federal fee feed feedback feel feeling feelings feels feet fell fellow felt ' +
  'female festival fetch few ficheiro fichier fiction fictional field fields fifth fight fighting figure figures ' +
  'file filed filename files filing fill filled film films filter filtering filters final finally finance ' +
  'financial find finding findings finds fine finish finished finland fire fired fires firewall firm first fiscal ' +
  'fish fit fitness five fix fixed flag flags flat flaws fleet flexible flight float floor florida flow fly flying ' +
  'focus focused focuses focusing fois folder folk follow followed following follows fonction font food foods foot ' +
  'footage football for forbidden force forced forces forcing foreign forest forever forget forgot form forma ' +
  'formal formally format formatted formatting formed former formerly forming forms formula forth forward fost ' +
  'foster fostering found foundation founded founder four fourth fox frame framework frameworks france francis ' +
  'francisco frank frase fraud fred frederick free freed freedom freely freezing french frequency frequently fresh ' +
  'friday friend friendly friends friendship from front frozen fruit fruits fuck fulfill full fully fun función ' +
  'function functional functionality functioning functions fund fundamental funds funktion funny funzione função ' +
  'further furthermore future futuristic fără gain gained gaining game games gap garden gary gas gates gather ' +
  'gathered gathering gave gender genera general generally generare generate generated generates generating ' +
  'generation generations generator generic generieren genre genres genuine geological george georgia gere german ' +
  'germany gesagt get gets getting gewährt geçerli giant gibi gibt gift gifted girar girl girlfriend girls github ' +
  'give given gives giving glass global globe gmail go goal goals god gods goes going gold golden gone good goods ' +
  'google gordon got gotten gov governing government gpt grade grades grand grant granted graphic grass great ' +
  'greater greatest greece greek green grid ground grounds group groups grow growing grown growth guarantee guard ' +
  'guardadas guess guests guidance guide guidelines guides guilty guitar gun guns guy guys génère générer générez ' +
  'gönder habits hacer hack hacker hacking had haha hair half hall halt hamilton hand handed handle handling ' +
  'handpicked hands happen happened happening happens happy harassment harbor hard harm harmful harry has hash ' +
  'hasn hasta hat hate hatte have haven having he head headed header headers heading headlines headquarters health ' +
  'healthcare healthy hear heard hearing heart heat heavily heavy height heir held hell hello help helped helpful ' +
  'helping helps hence henry her here heritage hero herself hesitate hesitation het heures hey hi hidden hide ' +
  'hiding high higher highest highlight highlighting highlights highly hill him himself hint hire hired hiring his ' +
  'historian historical history hit hitler hiçbir hold holding holds hole holiday hollywood holmes home homeless ' +
  'homes honest hong hope hopes hoping horas horrible horror hospital host hosting hosts hot hotel hotels hour ' +
  'hours house household houses how however html http https huge human humanity humans humor humorous hundreds ' +
  'hungary hurt husband huwa hybrid hypothesis hypothetical ice ich idea ideas identification identified ' +
  'identifier identify identifying identity if ignora ignore ignoriere ignoră ihre ikiwa illegal illegally ' +
  'illinois image images imaginary imaginative imagine imediatamente immediate immediately immigration immoral ' +
  'impact imperative impersonate implement implementa implementar implementation implemente implemented ' +
  'implementiert implementing implements implications implémente import importance important imposed improve ' +
  'improved improvement improvements in inability inappropriate incident incidents include included includere ' +
  'includes including incluir inclure inclusion inclusive income incoming incorporate incorporating incorrect ' +
  'increase increased increases increasing indeed indem independence independent independently index india indian ' +
  'indicate indicated indicates indicating indicators indirizzi indirizzo individual individuals industrial ' +
  'industry influence influenced info inform information informative informed infrastructure ingredients inherent ' +
  'inhumane init initial initially initiate initiated injection injections injured injuries injury inner innocent ' +
  'innovative input inputs inquiries inquiry insert inside insights inspiration inspired install installed ' +
  'instance instances instantly instead institute institution institutions instruc instrucciones instruct ' +
  'instructed instruction instructions instrumental insult insurance integer integers integrate integrated ' +
  'integration integrity intelligence intelligent intended intense intent intention intentions inter interact ' +
  'interaction interactions interactive interest interested interesting interests interface interior internal ' +
  'international internet interpretation interpreter interrompere interrumpir intervention interview interviews ' +
  'into introduce introduced introduces introduction invade invalid invasion inventory invest investigate ' +
  'investigating investigation investment investors invited invoice involve involved involves involving iphone ' +
  'iptables iran iranian iraq ireland iron irony is island islands israel issue issued issues ist it italian italy ' +
  'item items iterate its itself iunile iwapo için jack jackson jahr jail jailbreak jailbroken james jamie jan ' +
  'jane january japan japanese jargon java javascript jean jede jerry jersey job jobs joey john johnny johnson ' +
  'johnston join joined joint joke jokes jones jordan jour journal journalism journalist journey json judge ' +
  'judgment juliet july jumla jump june junior jurisdiction jury just justice juxtaposition kadar kaikki kann ' +
  'katika kayıtlı keep keeping keeps keine keith kent kept kevin key keyboard keys keywords không kick kids kila ' +
  'kill killed killer killing kind kinds king kingdom kisha knew knock know knowing knowledge knowledgeable known ' +
  'knows kommunikation korea kraft kuna kurallar kwargs kwenye können kısıtlaması lab label labels labor lack ' +
  'lacks ladies lady laid lake lambda lambert land lands landscape language languages large larger largest las ' +
  'last lasting lastly late later lateral latest latin latter laugh launch launched law lawful laws lawsuit lawyer ' +
  'lawyers layer lead leader leaders leadership leading leads league leak lean learn learned learning least leave ' +
  'leaves leaving led left legacy legal legality legally legends legitimate length les less lessons let lethal ' +
  'letter letters level levels liberal liberty libraries library license lies life lifestyle lifetime light like ' +
  'likely likes limit limitations limited limiting limitless limits line linear lines link linked links linux ' +
  'lionel lions lisa list lista liste listed listen listening lists literally literature little live lived lives ' +
  'living llama llm load loading loads local localizar locate located location locations lock locked log logging ' +
  'logic logical logically login logs london long longer longest look looked looking looks lookup looming loop ' +
  'lord los lose losing loss lost lot lots loud louis louisiana love loved loves low lower lowest loyal luck luego ' +
  'lugar lying machine machines made magazine magic magical mail main mainly maintain maintaining maintenance mais ' +
  'major majority make makes making male maliciosa malicious malveillante malware man manage managed management ' +
  'manager managing manchester mandate mandatory manipulate manipulation manière manner manual many map mapping ' +
  'mara march marco maria marine mark markdown marked market marketing markets marks married mars martin mary mask ' +
  'mass massachusetts massive master match matches matching material materials math matrix matt matter matters ' +
  'maurice max maximize maximum may maybe mayor mbili me meal meals mean meaning meaningful means meant meanwhile ' +
  'measure measures measuring mecanismo meccanismo mechanism mechanisms mechanismus media mediante medical ' +
  'medication medications medium meet meeting meets mehr member members memorial memory men mensaje mental mention ' +
  'mentioned menu mercury mere merely merge mess message messages met meta metal meters method methods metres ' +
  'metric metrics mettre mexico miami michael michigan microsoft mid middle might mike milan mile miles military ' +
  'milk million millions mimic min mind mine minimum mining minister ministry minor minute minutes miss missed ' +
  'missing mission mistake mistakenly mistakes mitad mitigate mitre mix mixed mobile mode model models modern ' +
  'modifiant modificación modificando modification modifications modificação modified modify modifying modo module ' +
  'modules moja moment moments monday money monitor monitored monitoring month months monument mood moon moral ' +
  'morality morally morals more moreover morning mortal moscow most mostly mother motion motivation mount mountain ' +
  'mountains move moved movement moves movie movies moving much muda multi multiple murder murdered muscle museum ' +
  'music musical musicians must my myself mysterious mystery mécanisme módulo módulos nach naked name named names ' +
  'narrative narratives narrow nashville nation national nationality nations native natural nature naval ' +
  'navigation navy nazi near nearby nearly necessarily necessary neck need needed needs negative neglected ' +
  'negotiable negotiate neighborhood neighbors neither net netherlands network networks netzverkehrs neue neutral ' +
  'nevada never new newly news newspaper next ngapi nice nicht nick niet night nina nine ninguna no noch node ' +
  'noise nombre non none nonetheless nor normal normally norms north northern not notable notation note noted ' +
  'notes nothing notice noticed notification notifications notorious novel november now nthe nuclear nueva null ' +
  'number numbered numbers numerical numerous numpy nusu nutzer não número números obama obey object objective ' +
  'objectives objects oblivious observation observations observe observed obtain obtained obvious obviously ' +
  'occasional occasionally occur occurred occurs ocean october oder of off offense offensive offer offered ' +
  'offering offers office officer officers official officially officials offline often ogni ohio ohne oil ok okay ' +
  'olan olarak old older oldest olmayan olvida olympic on once one ones ongoing online only ontario onto open ' +
  'openai opened opening opens opera operate operates operating operation operational operations operator opinion ' +
  'opinions opponent opponents opportunities opportunity opposed opposite opposition optimize optimized option ' +
  'optional options or orange orchestra order ordered ordering orders ordinary oregon org organ organisation ' +
  'organization organizations organized origin original originally other others otherwise our out outcome outcomes ' +
  'outgoing outline outlined output outputs outside outstanding over overall overcome overflow override overview ' +
  'own owned owner ownership owns oxford pace package packages packets page pages paid pain paint painting pair ' +
  'pairing pairs pandas paper papers para paragraph paragraphs parallel parameter parameters paramount params ' +
  'parent parentheses parents paris park parolaları parolele parse part participate particular particularly ' +
  'parties partir partner partners parts party pas pass passage passed passengers passing passion password ' +
  'passwords past patches path paths patient patients patrick pattern patterns paul pause pay paying payload ' +
  'payment payments peace peaceful peak peers penalties pendant pending pentru people per perceived percent ' +
  'percentage perception perfect perfectly perform performance performances performed performing performs perhaps ' +
  'period periods permanent permanently permettant permis permission permissions permit permitted pero person ' +
  'persona personal personalities personality personalized personas personnel persons perspective perspectives ' +
  'pertaining perturber pesa peter phase phenomenon phil philadelphia philip philosophy phishing phone photo ' +
  'photos phrase phrases physical physics piano pick picked picture pictures piece pieces pilot pin pink ' +
  'pioneering pittsburgh pivoter pizza place placed places plain plan plane planet planned planning plans plant ' +
  'plants platform plausible play played player players playful playing plays please pleasure plenty plot plus ' +
  'poem poet point pointer pointing points poisoning police policies policing policy political politically ' +
  'politics pool poor pop popular popularity population por port portal portion portuguese pose posed posing ' +
  'position positions positive positives possa possess possesses possible post postal posted posts potenciais ' +
  'potencialmente potential potentially potter pound pounds pour power powered powerful powers practical practice ' +
  'practices precise precisely precision predefined predict prefer preference preferences preferred prefix premier ' +
  'premise prep prepare prepared prescribed presence present presentation presented presenting presents preserve ' +
  'president presidential press pressure pretend pretending pretends pretty prevenir prevenire prevent preventing ' +
  'prevention previous previously price prices pride primarily primary prime prince princess principal principle ' +
  'principles print printed prints prior prioritize priority prison prisoners privacy private privilege privileges ' +
  'prize probability probably problem problems procedures proceed proceeds proceso process processes processing ' +
  'processo processus produce produced producer produces producing product production products profanity ' +
  'professional professor profile profit program programa programm programma programme programmed programming ' +
  'programs progress project projects prolific promised promote promoted promotes promoting prompt prompted ' +
  'prompting promptly prompts proof proper properly properties property propose proposed propozi protect protected ' +
  'protection protocol protocols prove provide provided provider provides providing province proxy psychological ' +
  'pub public publications publicly published publisher pull pulled purchase purchased purely purple purpose ' +
  'purposes purse push put puts putting python până quaisquer qualified qualifying quality qualquer quan quando ' +
  'quantity quarter que queen queries query question questionable questioned questioning questions quick quickly ' +
  'quiet quite quiz quote quotes quên race racist radio rain raise raised raising rand random range rangers ' +
  'ranging rank ransomware rape rare rarely rate rates rather rating rationale raw ray raymond reach reached ' +
  'reaches reaching react reaction read readable reader readers reading readme reads ready real realistic reality ' +
  'realize realized really realm realms reason reasonable reasonably reasoning reasons recall receipt receive ' +
  'received receives receiving recent recently recipe recipient recognition recognize recognized recommend ' +
  'recommendation recommendations recommended record recorded recording records recover recovery red redact ' +
  'redacted rede reduce reduced refer reference references referencing referred refers refine reflect reflecting ' +
  'reflects reform refrain refuse refused refuses refusing regard regarded regarding regardless regards regel ' +
  'regeln regime region regional regions register registered registrar registration registry reglas regola regole ' +
  'regras regular regularly regulations reid reihe reject rejected related relating relations relationship ' +
  'relationships relative relatively relay release released relevant reliable relief religion religious rely ' +
  'remain remained remaining remains remarkable remarks remember remind reminder reminds remorse remote remove ' +
  'removed removing render renowned rent repeat replace replaced replacement replacing replies reply replying ' +
  'report reported reporter reporting reports repository represent representation representatives represented ' +
  'representing represents republic republican republicans reputation request requested requesting requests ' +
  'require required requirement requirements requires requiring rescue research researched researcher researchers ' +
  'resemble reserve reserved reset residents resistance resolution resolve resort resource resources respect ' +
  'respectful respectively respond responde responding responds response responses responsibilities responsibility ' +
  'responsible rest restaurant restaurants restituisce restore restrict restricted restrictions result resulting ' +
  'results resume rete retired retrieve return returned returning returns reuters reveal revealed reveals revenge ' +
  'revenue revenues reverse revert review reviewed reviews revoked revolution rewrite rice rich richard rick ' +
  'ridiculous right rights rilevamento rilevare ring rise rising risk risks rival river rivers road robert robot ' +
  'robust rock rodar role roleplay roles roll roman romance romantic rome romeo room root rose ross rough roughly ' +
  'round rounded route routine row royal rude rule ruled rules run runner running runs runtime ruotare rush russia ' +
  'russian rust règles répertoire sad safe safely safety said sake salary saldirgan sale sales salvate same sample ' +
  'samples sanitize sans santa sarah sarcasm sarcastic sat satellite saturday satz sauce saudi save saves saw say ' +
  'saying says scale scandal scare scenario scenarios scene scenes schedule scheduled schema scheme schimb ' +
  'scholarship school schools schreibe schreiben science scientific scientist scientists scope score scored scores ' +
  'scoring scotland scott screen scrie script scripts scrivere sea seamlessly search searches searching season ' +
  'seasons seat seattle second secondary seconds secret secretary secretly secrets section sections sector secure ' +
  'security see seeing seek seeking seeks seem seemed seemingly seems seen sees segura segurança seguridad seguro ' +
  'sein seine seja select selected selection self sell selling sells semi semua senate send sender sending sends ' +
  'senior sense sensibili sensible sensibles sensitive sensors sensível sent sentence sentenced sentences sentient ' +
  'sentiment senza separate separated separately september sequence series serious seriously serve served server ' +
  'servers serves service services serving session sessions set sets setting settings setup setze seven several ' +
  'severe sex sexual shadow shake shall shallow shape share shared shares sharing sharp she shell shift shifts ' +
  'ship shocked shocking shoes shoot shooting shop shopping shops short shortly shot should shouldn show showed ' +
  'showing shown shows shut shutdown shutil sich sichere sick sicura sicurezza side sides sie sight sign signals ' +
  'signature signed significance significant significantly signing signs siku silver similar similarly simple ' +
  'simply simulate simulated simulation sin since sind sing singer single sir sistem sistema sistemului sister sit ' +
  'site sites sitting situation situations six size skill skilled skills skip skript sky slang sleep slightly slow ' +
  'slowly small smaller smallest smart smile smith snippet snow so sobre social societal society socket sofort ' +
  'software solar sold soldiers sole solely solid sollte solo solution solutions solve solving some somebody ' +
  'someone something sometimes somewhere son song songs sonra sont soon sorry sort sorted sospetto sought soul ' +
  'sound sounds source sources south southern space spaces spain span spanish speak speaker speaking speaks ' +
  'special specialist specialized specializing species specific specifica specifically specified specify speech ' +
  'speed spell spend spending spent sperrung spider spirit split spoke spoken sport sports spot spouse spread ' +
  'spring spy spécifie spécifier sql squad square stability stable stack stadium staff stage stages stand standard ' +
  'standards standing stands star stars start started starting starts startup state stated statement statements ' +
  'states static stating station stations statistics stato stattdessen status stay steal stemmed step steps steve ' +
  'steven stick still stock stocks stolen stone stood stop stopped stops storage store stored stores stories storm ' +
  'story straight straightforward strange strategic strategies strategy stream street streets strength strengths ' +
  'stress strict strictly strike striker string strings strip strong struck structure structured structures ' +
  'struggle struggling student students studied studies studio study studying stuff stunden stupid style styles ' +
  'subject subjects submit subsequent substance substances substantial substitute success successful successfully ' +
  'such sudden suddenly sudo suffer suffered suffering sufficient suffix sugar suggest suggested suggesting ' +
  'suggestion suggestions suggests suicide suit suitable suite sull sum summarize summarized summary summer sun ' +
  'sunday super superior supplies supply support supported supporters supporting supports suppose supposed ' +
  'suppress supreme sure surface surprise surprising surrounding survey survive survived suspect suspected ' +
  'suspects suspeito suspended suspension suspicious sustainable swap swear swears sweden sweet swift switch ' +
  'switched switzerland symbol symbols symptoms syntax system systems systemvorgaben système sécurisée sécurité ' +
  'table tables tackle tactics tag tags tailored take taken takes taking tale talent tales talimatları talk ' +
  'talking talks tall tallest también também tarafından target targeted targeting targets task tasked tasks taste ' +
  'tatu tax taylor teach teacher teaching team teams tech technical technique techniques technological ' +
  'technologies technology teenage teenagers telephone television tell telling tells temp temperature template ' +
  'temporarily temporary ten tenant tennessee tennis tentativas tenth term terminal terminated termination terms ' +
  'terrible territory terrorist test tested testing tests texas text than thank thanks that thay the theater theft ' +
  'their them theme themed themes themselves then theo theories theory therapy there thereby therefore thereof ' +
  'these they thief thing things think thinking thinks third this thomas thompson thorough thoroughly those though ' +
  'thought thoughts thousands thread threat threatened threatening threatens threats three threshold thriller ' +
  'through throughout throw throws thursday thus thành ticket tickets tiempo tiene tim time timeline timely times ' +
  'tiny tip tips title titled to toate todas today todo todos together token tokens tokyo told toll toma tomorrow ' +
  'tone tonight tony too took tool tools top topic topics torch total totally touch tough tour tournament tous ' +
  'tout toutes toward towards tower town toxic toàn trace track tracked tracking tracks trade trading tradition ' +
  'traditional traffic traffico trafic tragic train trained training trait transaction transactions transcript ' +
  'transfer transform transition translate translation transmission transportation trash travel traveled traveling ' +
  'travels treat treated treatment treatments tree trends tres trial triangle trick tried tries trigger trimite ' +
  'trip triumph trong troops trouble true truly trump trust trusted truth try trying tráfego tráfico trên tuesday ' +
  'tune tuple turbo turkey turn turned turning turns tutorial tuân tweet tweets twenty twice twin twist twitter ' +
  'two type types typical typically typing ubicación ultimate ultimately una unable unauthorized unaware ' +
  'unberechtigten uncensored uncertain unclear unconscious unconventional und under underground underlying ' +
  'understand understanding understood une unethical unexpected unfamiliar unfiltered unfortunately uninhibited ' +
  'union unique unit united units universal universe university unknown unless unlike unlikely unlimited ' +
  'unnecessary unrestrained unrestricted unsafe unsigned until untouched unusual up upcoming update updated ' +
  'updates updating upgrade upload upon upper urban urged urgency urgent urls us usa usada usage usando usar usare ' +
  'usata use used useful user username users uses using usual usually usuario usuário utente utilisateur utiliser ' +
  'utilisée utility utilizada utilizando utilizar utilize utilizing utilizzando utilizzare utils utmost utterly ' +
  'valid validate validation valley valuable value valueerror values van variable variables variant variation ' +
  'variety various vast veces vector vegas vehicle vehicles venue verbatim verbose verdict verdächtiger vergiss ' +
  'verificar verification verified verify verildi version versions verwenden verwendet very verzeichnis veteran ' +
  'via vice victim victims victory video videos viel viele view viewers views village vincent violate violates ' +
  'violation violence violent virginia virtual virus visible vision visit visited visiting visitors visual vital ' +
  'vocal voice void volcanic volcano volcanoes vollständigen volume volumes vorherigen vote voters votes voting ' +
  'vous vowels vulgar vulnerabilities vulnerability vulnerable wait waited waiting wake wales walk walked walking ' +
  'wall walls walter walton want wanted wants war warm warn warned warning warnings warriors was washington wasn ' +
  'waste watch watched watching water waters way ways we weak weaknesses weapon weapons wear wearing weather web ' +
  'website wednesday week weekend weekends weekly weeks weighs weight weights weird welcome well wenn went werden ' +
  'were west western what whatever whatsoever when whenever where whether which while white who whoever whole whom ' +
  'whose why wide widely widespread width wife wiki wikipedia wild will william williams willing willingness ' +
  'wilson win wind window windows winds wine wing winner winning wins winter wird wisdom wise wish with within ' +
  'without witness witnesses woke woman women won wondering wood woods word words work worked worker workers ' +
  'workflow working workplace works world worldwide worries worry worse worst worth would wouldn wrap write writer ' +
  'writers writes writing writings written wrong wrote wurde www während xml yake yalnızca yaml yanıt yapay yeah ' +
  'year years yellow yerine yes yesterday yet york you young younger your yourself youth youtube yukarıdaki yyyy ' +
  'zaidi zealand zekâ zero zone zugriff zugriffs zurückgibt zustand zwei zwischen ändern ändert änderung également ' +
  'état être îndrumările întregul óbvia önceki über überwachung';
